import type { ChannelHistory, HistoryRequest, HistoryStore, StreamPosition } from './history.ts';

const CHANNELS_PER_READ = 512;
const READS_IN_FLIGHT = 4;

interface Waiting {
  since: StreamPosition | null;
  answer: Promise<ChannelHistory>;
  resolve(history: ChannelHistory): void;
  reject(error: unknown): void;
}

/**
 * Gathers reads into few: all of one turn of the event loop go to the store together, equal ones once. Ten thousand
 * clients that come back at the same time cost some twenty reads. A read never joins one already under way, so its
 * answer is never older than its question.
 */
export class HistoryReader {
  readonly #store: HistoryStore;
  readonly #limit: number;
  readonly #waiting = new Map<string, Waiting[]>();
  #inFlight = 0;
  #scheduled = false;

  constructor(store: HistoryStore, limit: number) {
    this.#store = store;
    this.#limit = limit;
  }

  read(channel: string, since: StreamPosition | null): Promise<ChannelHistory> {
    const queue = this.#waiting.get(channel);
    const same = queue?.find((one) => one.since?.epoch === since?.epoch && one.since?.offset === since?.offset);
    if (same !== undefined) return same.answer;
    const { promise: answer, resolve, reject } = Promise.withResolvers<ChannelHistory>();
    const waiting: Waiting = { since, answer, resolve, reject };
    if (queue === undefined) this.#waiting.set(channel, [waiting]);
    else queue.push(waiting);
    this.#schedule();
    return answer;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0 || this.#inFlight >= READS_IN_FLIGHT) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#waiting.size > 0 && this.#inFlight < READS_IN_FLIGHT) void this.#issue(this.#take());
    });
  }

  /** One reader of each channel: the store's answer has room for one. */
  #take(): Map<string, Waiting> {
    const batch = new Map<string, Waiting>();
    for (const [channel, queue] of this.#waiting) {
      const first = queue.shift();
      if (queue.length === 0) this.#waiting.delete(channel);
      if (first !== undefined) batch.set(channel, first);
      if (batch.size === CHANNELS_PER_READ) break;
    }
    return batch;
  }

  async #issue(batch: Map<string, Waiting>): Promise<void> {
    this.#inFlight++;
    const requests: HistoryRequest[] = [];
    for (const [channel, { since }] of batch) requests.push({ channel, since, limit: this.#limit });
    try {
      const answers = await this.#store.read(requests);
      for (const [channel, waiting] of batch) {
        const history = answers.get(channel);
        if (history !== undefined) waiting.resolve(history);
        else waiting.reject(new Error(`the history store gave no answer for channel ${JSON.stringify(channel)}`));
      }
    } catch (error) {
      for (const waiting of batch.values()) waiting.reject(error);
    } finally {
      this.#inFlight--;
      this.#schedule();
    }
  }
}
