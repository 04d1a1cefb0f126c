import type { ClientInfo, Payload } from './payload.ts';

/** A place in a channel's stream. Offsets are dense: 1, 2, 3 … without holes. `epoch` names the stream they count. */
export interface StreamPosition {
  epoch: string;
  offset: number;
}

/** What may travel with a publication. */
export interface PublicationExtras {
  /** Bytes that are no JSON, instead of `json`; clients that speak JSON cannot be given them (3506). */
  bytes?: Uint8Array | undefined;
  /** Who published it, when a client did. */
  info?: ClientInfo | undefined;
  tags?: Record<string, string> | undefined;
}

/** One stored publication. `json` is its `data`, encoded once by the host. */
export interface StoredPublication extends Payload, PublicationExtras {
  offset: number;
}

/** What a store answers for one channel, out of one consistent snapshot. */
export interface ChannelHistory {
  epoch: string;
  /** The newest offset of the stream; 0 when nothing was ever published. */
  top: number;
  /**
   * Everything in `(since.offset, top]`, ascending. `null` when that cannot be served whole: a wrong epoch, an offset
   * beyond the top, publications already dropped, or more of them than `limit`. Empty for a position-only read.
   */
  publications: StoredPublication[] | null;
}

/** One channel of a read. */
export interface HistoryRequest {
  channel: string;
  /** `null`: only the position is wanted. An empty `epoch` stands for whatever the epoch is now. */
  since: StreamPosition | null;
  /** The most publications wanted. */
  limit: number;
}

/** Where the publications are kept: the host's database, or {@link createMemoryStore}. */
export interface HistoryStore {
  /**
   * Reads many channels at once; no channel occurs twice in one call. Must answer for every channel asked, also for one
   * never published to (its epoch, top 0), and must already see everything announced by `publish` or `wake`.
   */
  read(requests: HistoryRequest[]): Promise<Map<string, ChannelHistory>>;
  /** Stores a publication for {@link ServerApi} `publish` and for clients that publish. Absent: only the host publishes. */
  append?(channel: string, json: string, extras?: PublicationExtras): Appended | Promise<Appended>;
  /** A piece of the stream, for the history command. Absent: error 108. */
  page?(request: PageRequest): Promise<ChannelPage>;
  /** Drops the publications of a channel; its position stays. */
  remove?(channel: string): void | Promise<void>;
  /** Called about every second by a server that uses it, also while it still works: to let go of what is too old. */
  sweep?(): void | Promise<void>;
}

/** A publication and its place, as `publish` takes it. */
export interface Appended extends StoredPublication {
  epoch: string;
}

export interface PageRequest {
  channel: string;
  /** Only publications after it; with `reverse` before it. The epoch was compared by the caller. */
  since: StreamPosition | null;
  /** The most publications wanted; `Infinity` for all there are. */
  limit: number;
  /** Newest first. */
  reverse: boolean;
}

export interface ChannelPage {
  epoch: string;
  top: number;
  publications: StoredPublication[];
}

/** The publications after `since`, or null when the history does not hold every one of them up to its top. */
export function publicationsSince(history: ChannelHistory, since: StreamPosition): StoredPublication[] | null {
  const { publications, epoch, top } = history;
  if (publications === null || (since.epoch !== '' && since.epoch !== epoch)) return null;
  if (publications.length !== top - since.offset) return null;
  const dense = publications.every((publication, index) => publication.offset === since.offset + index + 1);
  return dense ? publications : null;
}
