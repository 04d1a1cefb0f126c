import type { ChannelHistory } from './history.ts';
import type { Publication } from './publication.ts';
import type { Subscription } from './subscription.ts';

const MAX_HELD = 1_000;

/**
 * A channel that has subscribers in this process. Publications leave it in the order of their offsets, each once and
 * without a hole, in whatever order they came in. Without I/O: whoever calls reads the store when it is `behind`.
 */
export class Channel {
  readonly name: string;
  readonly subscriptions = new Set<Subscription>();
  /** Unknown until the first history was read or the first publication came. */
  epoch: string | null = null;
  /** Everything up to here was handed to the subscriptions; -1 until the first history was read. */
  top = -1;
  /** Known to be committed up to here. */
  target = 0;
  /** A read of what is missing is under way. */
  reading = false;
  /** Came too early, waits for what lies between. Only saves a read: the store has all of it. */
  #held: Map<number, Publication> | null = null;
  /** It has had a subscription with deltas: the last publication is kept for the next. */
  deltas = false;
  #last: Publication | null = null;

  constructor(name: string) {
    this.name = name;
  }

  get behind(): boolean {
    return this.top >= 0 && this.target > this.top;
  }

  /** The highest offset that waits; 0 for none. */
  get heldTop(): number {
    return this.#held === null ? 0 : Math.max(0, ...this.#held.keys());
  }

  offer(publication: Publication): void {
    const { offset } = publication;
    if (offset <= this.top) return;
    if (offset > this.target) this.target = offset;
    if (this.top < 0 || offset > this.top + 1) {
      this.#hold(publication);
      return;
    }
    this.#deliver(publication);
    this.#release();
  }

  /** Joins what a subscription has read to what it gathered. False: something between the two is missing, read again. */
  admit(subscription: Subscription, history: ChannelHistory): boolean {
    if (this.top < 0) {
      this.epoch = history.epoch;
      this.top = history.top;
      for (const offset of this.#held?.keys() ?? []) if (offset <= this.top) this.#held?.delete(offset);
      this.#release();
      return true;
    }
    if (history.top > this.target) this.target = history.top;
    const first = subscription.gathered?.[0];
    return history.top >= this.top || (first !== undefined && first.offset <= history.top + 1);
  }

  #deliver(publication: Publication): void {
    this.top = publication.offset;
    this.#held?.delete(publication.offset);
    if (this.deltas) this.#chain(publication);
    for (const subscription of this.subscriptions) subscription.offer(publication);
  }

  /** Only the payload is kept: a chain of publications would never be freed. */
  #chain(publication: Publication): void {
    const last = this.#last;
    if (last !== null && last.offset === publication.offset - 1) {
      publication.before = last.bytes === undefined ? { json: last.json } : { json: '', bytes: last.bytes };
    }
    this.#last = publication;
  }

  #hold(publication: Publication): void {
    this.#held ??= new Map();
    if (this.#held.size < MAX_HELD) this.#held.set(publication.offset, publication);
  }

  #release(): void {
    while (this.#held !== null) {
      const next = this.#held.get(this.top + 1);
      if (next !== undefined) this.#deliver(next);
      if (this.#held?.size === 0) this.#held = null;
      if (next === undefined) break;
    }
  }
}
