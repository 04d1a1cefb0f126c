import { Channel } from './channel.ts';
import type { Appended, ChannelHistory, HistoryStore, PublicationExtras, StreamPosition } from './history.ts';
import { publicationsSince } from './history.ts';
import { HistoryReader } from './history-reader.ts';
import { Notice, Publication } from './publication.ts';
import type { Subscription } from './subscription.ts';

const ADMISSION_TRIES = 3;

/** All channels with subscribers in this process, and the reads that keep them whole. */
export class Hub {
  readonly #channels = new Map<string, Channel>();
  readonly #reader: HistoryReader;
  readonly #onError: (error: unknown) => void;
  readonly #behind = new Set<Channel>();
  #notices: [channel: string, notice: Notice][] = [];
  #scheduled = false;

  constructor(store: HistoryStore, limit: number, onError: (error: unknown) => void) {
    this.#reader = new HistoryReader(store, limit);
    this.#onError = onError;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** The names of all channels with subscribers here, and how many those are. */
  *sizes(): Iterable<[string, number]> {
    for (const [name, { subscriptions }] of this.#channels) yield [name, subscriptions.size];
  }

  /** The subscriptions of a channel that are live. */
  *subscriptions(name: string): Iterable<Subscription> {
    for (const subscription of this.#channels.get(name)?.subscriptions ?? []) if (subscription.live) yield subscription;
  }

  /** From here on the subscription gathers what is published. */
  join(subscription: Subscription): void {
    let channel = this.#channels.get(subscription.channel);
    if (channel === undefined) {
      channel = new Channel(subscription.channel);
      this.#channels.set(subscription.channel, channel);
    }
    if (subscription.deltaBase !== null) channel.deltas = true;
    channel.subscriptions.add(subscription);
  }

  leave(subscription: Subscription): void {
    subscription.leave();
    const channel = this.#channels.get(subscription.channel);
    if (channel?.subscriptions.delete(subscription) && channel.subscriptions.size === 0) {
      this.#channels.delete(subscription.channel);
    }
    this.#renounce(subscription);
  }

  /** A subscription has become live: those who want to know are told, itself included. */
  announce(subscription: Subscription): void {
    if (!subscription.traits.joinLeave || subscription.gone) return;
    subscription.announced = true;
    const info = subscription.owner.infoFor(subscription);
    this.#notify(subscription.channel, new Notice((encoding) => encoding.joinPush(subscription.channel, info)));
  }

  #renounce(subscription: Subscription): void {
    if (!subscription.announced) return;
    subscription.announced = false;
    const info = subscription.owner.infoFor(subscription);
    this.#notify(subscription.channel, new Notice((encoding) => encoding.leavePush(subscription.channel, info)));
  }

  /** One after the other: a leave told to slow readers ends them, and each of those ends is a leave to be told. */
  #notify(name: string, notice: Notice): void {
    this.#notices.push([name, notice]);
    if (this.#notices.length > 1) return;
    try {
      for (const [channel, next] of this.#notices) {
        for (const { traits, owner } of this.subscriptions(channel)) if (traits.notified) owner.notify(next);
      }
    } finally {
      this.#notices = [];
    }
  }

  /**
   * The history a joined subscription starts from. Until `subscription.start(history.top)` is called, whatever lies
   * after that top is being gathered; so between the two the caller may take its time.
   */
  async history(subscription: Subscription, since: StreamPosition | null): Promise<ChannelHistory> {
    for (let tries = 0; ; tries++) {
      const history = await this.#reader.read(subscription.channel, since);
      const channel = this.#channels.get(subscription.channel);
      if (subscription.gone || channel === undefined) return history;
      if (channel.epoch !== null && channel.epoch !== history.epoch) {
        this.#lose(channel);
        return history;
      }
      if (channel.admit(subscription, history)) {
        this.#lag(channel);
        return history;
      }
      if (tries === ADMISSION_TRIES) throw new Error(`the history store answers ${channel.name} with an old snapshot`);
    }
  }

  publish(name: string, publication: Appended): void {
    const { epoch, offset, json } = publication;
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    if (channel.epoch !== null && channel.epoch !== epoch) {
      this.#lose(channel);
      return;
    }
    channel.epoch = epoch;
    channel.offer(new Publication(name, offset, json, publication));
    this.#lag(channel);
  }

  signal(name: string, json: string, extras?: PublicationExtras): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    const publication = new Publication(name, 0, json, extras);
    for (const subscription of channel.subscriptions) subscription.signal(publication);
  }

  wake(name: string, offset: number): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    if (offset > channel.target) channel.target = offset;
    this.#lag(channel);
  }

  /** Reads for the channels that lack something, also for those whose last read failed. To be called now and then. */
  retry(): void {
    const channels = [...this.#behind];
    this.#behind.clear();
    for (const channel of channels) void this.#fill(channel);
  }

  /** Hands over what one channel lacks now; a failed read is left to the next `retry`. */
  async catchUp(name: string): Promise<void> {
    const channel = this.#channels.get(name);
    if (channel === undefined || channel.epoch === null || channel.top < 0) return;
    const since = { epoch: channel.epoch, offset: channel.top };
    try {
      const history = await this.#reader.read(name, since);
      if (!this.#alive(channel)) return;
      for (const stored of publicationsSince(history, since) ?? []) {
        channel.offer(new Publication(name, stored.offset, stored.json, stored));
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Compares every channel with the store, and catches up where it is ahead. */
  async check(): Promise<void> {
    const checks: Promise<void>[] = [];
    for (const channel of this.#channels.values()) if (channel.top >= 0) checks.push(this.#check(channel));
    await Promise.all(checks);
  }

  async #check(channel: Channel): Promise<void> {
    const { top } = channel;
    try {
      const history = await this.#reader.read(channel.name, null);
      if (!this.#alive(channel)) return;
      if (history.epoch !== channel.epoch || history.top < top) this.#lose(channel);
      else if (history.top > channel.target) channel.target = history.top;
      if (channel.behind) await this.#fill(channel);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Waits for the end of the turn: commits that overtook each other mostly meet again by then. */
  #lag(channel: Channel): void {
    if (!channel.behind || channel.reading) return;
    this.#behind.add(channel);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.retry();
    });
  }

  /** Reads what is missing. When the store fails, the next `retry` tries again. */
  async #fill(channel: Channel): Promise<void> {
    if (channel.reading || !channel.behind || channel.epoch === null || !this.#alive(channel)) return;
    const { target, epoch, top, heldTop } = channel;
    const since = { epoch, offset: top };
    const history = await this.#readMissing(channel, since);
    if (history === null || !this.#alive(channel)) return;
    const missing = publicationsSince(history, since);
    for (const stored of missing ?? []) {
      channel.offer(new Publication(channel.name, stored.offset, stored.json, stored));
    }
    const unfilled = missing === null ? channel.top === top : channel.top < heldTop;
    if (unfilled) {
      this.#lose(channel);
      return;
    }
    // A wake may name more than was committed, so it is believed for one read; what is held was committed.
    if (channel.target === target) channel.target = Math.max(channel.top, channel.heldTop);
    this.#lag(channel);
  }

  async #readMissing(channel: Channel, since: StreamPosition): Promise<ChannelHistory | null> {
    channel.reading = true;
    try {
      return await this.#reader.read(channel.name, since);
    } catch (error) {
      this.#behind.add(channel);
      this.#onError(error);
      return null;
    } finally {
      channel.reading = false;
    }
  }

  #alive(channel: Channel): boolean {
    return this.#channels.get(channel.name) === channel;
  }

  /** The channel's order can no longer be told: everyone starts over, from the store. */
  #lose(channel: Channel): void {
    for (const subscription of channel.subscriptions) this.#drop(channel, subscription);
    if (this.#alive(channel)) this.#channels.delete(channel.name);
  }

  #drop(channel: Channel, subscription: Subscription): void {
    channel.subscriptions.delete(subscription);
    if (subscription.gone) return;
    subscription.leave();
    if (channel.subscriptions.size === 0 && this.#alive(channel)) this.#channels.delete(channel.name);
    this.#renounce(subscription);
    subscription.owner.insufficient(subscription);
  }
}
