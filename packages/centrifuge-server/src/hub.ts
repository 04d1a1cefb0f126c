import { Channel } from './channel.ts';
import type { ChannelHistory, HistoryStore, StreamPosition } from './history.ts';
import { publicationsSince } from './history.ts';
import { HistoryReader } from './history-reader.ts';
import { Publication } from './publication.ts';
import type { Subscription } from './subscription.ts';

const ADMISSION_TRIES = 3;

/** All channels with subscribers in this process, and the reads that keep them whole. */
export class Hub {
  readonly #channels = new Map<string, Channel>();
  readonly #reader: HistoryReader;
  readonly #onError: (error: unknown) => void;
  readonly #behind = new Set<Channel>();
  #scheduled = false;

  constructor(store: HistoryStore, limit: number, onError: (error: unknown) => void) {
    this.#reader = new HistoryReader(store, limit);
    this.#onError = onError;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** From here on the subscription gathers what is published. */
  join(subscription: Subscription): void {
    let channel = this.#channels.get(subscription.channel);
    if (channel === undefined) {
      channel = new Channel(subscription.channel);
      this.#channels.set(subscription.channel, channel);
    }
    channel.subscriptions.add(subscription);
  }

  leave(subscription: Subscription): void {
    subscription.gone = true;
    const channel = this.#channels.get(subscription.channel);
    if (channel?.subscriptions.delete(subscription) && channel.subscriptions.size === 0) {
      this.#channels.delete(subscription.channel);
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

  publish(name: string, { epoch, offset, json }: { epoch: string; offset: number; json: string }): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    if (channel.epoch !== null && channel.epoch !== epoch) {
      this.#lose(channel);
      return;
    }
    channel.epoch = epoch;
    channel.offer(new Publication(name, offset, json));
    this.#lag(channel);
  }

  signal(name: string, json: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    const publication = new Publication(name, 0, json);
    for (const subscription of channel.subscriptions) if (subscription.live) subscription.owner.deliver(publication);
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
      for (const { offset, json } of publicationsSince(history, since) ?? []) {
        channel.offer(new Publication(name, offset, json));
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
    for (const { offset, json } of missing ?? []) channel.offer(new Publication(channel.name, offset, json));
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
    subscription.gone = true;
    if (channel.subscriptions.size === 0 && this.#alive(channel)) this.#channels.delete(channel.name);
    subscription.owner.insufficient(subscription);
  }
}
