import type { CommandError, Disconnect } from './codes.ts';
import type { StoredPublication, StreamPosition } from './history.ts';
import type { ClientInfo, Payload } from './payload.ts';

/** A client's command, parsed and checked. Payloads stay as the format gave them. */
export type Command =
  | { type: 'pong' }
  | { type: 'connect'; id: number; request: ConnectCommand }
  | ({ type: 'subscribe'; id: number } & SubscribeCommand)
  | { type: 'unsubscribe'; id: number; channel: string }
  | { type: 'publish'; id: number; channel: string; payload: Payload }
  | { type: 'rpc'; id: number; method: string; data: unknown }
  | { type: 'send'; data: unknown }
  | ({ type: 'history'; id: number } & HistoryCommand)
  | { type: 'presence' | 'presence_stats'; id: number; channel: string }
  | { type: 'refresh'; id: number; token: string }
  | { type: 'sub_refresh'; id: number; channel: string; token: string };

export interface ConnectCommand {
  data: unknown;
  token: string;
  name: string;
  version: string;
  /** Headers the client's program sent inside the command, where it could not set those of the request. */
  headers?: Record<string, string>;
  /** The positions of the channels the client wants to recover. */
  since: Map<string, StreamPosition>;
}

export interface SubscribeCommand {
  channel: string;
  since: StreamPosition | null;
  token: string;
  data: unknown;
  /** Joins and leaves are wanted. */
  joinLeave: boolean;
  /** Fossil deltas are understood. */
  delta: boolean;
  /** Rather error 112 than a start without recovery. */
  rejectUnrecovered: boolean;
  /** Asks for what this server does not have: a map, a shared poll, a filter by tags. */
  foreign: boolean;
}

export interface HistoryCommand {
  channel: string;
  /** 0: only the position; below 0: all. */
  limit: number;
  since: StreamPosition | null;
  reverse: boolean;
}

/** How a subscription begins: the fields of a subscribe result of Centrifuge protocol v2. */
export interface SubscriptionStart {
  /** False: a channel without history; the position means nothing. */
  recoverable: boolean;
  epoch: string;
  /** Recovered: the offset the client came with; else the top of the stream. */
  offset: number;
  recovered: boolean;
  wasRecovering: boolean;
  publications: WirePublication[];
  /** JSON text for the client. */
  data?: string;
  /** Seconds until the client must refresh it. */
  ttl?: number;
  delta?: boolean;
}

/** A publication as it is written: whole, or in the form that a subscription with deltas gets. */
export interface WirePublication extends StoredPublication {
  /** `applied`: these bytes are a fossil delta against the publication before; else the whole data. */
  delta?: { data: Uint8Array; applied: boolean };
}

export interface ConnectResult {
  client: string;
  data: string | undefined;
  subscriptions: Map<string, SubscriptionStart>;
  /** Seconds; 0 for none. */
  ping: number;
  version?: string;
  /** Seconds until the client must refresh its token. */
  ttl?: number;
  /** Where commands are posted to, when the wire carries only answers. */
  emulation?: { session: string; node: string };
}

export interface HistoryPage {
  epoch: string;
  offset: number;
  publications: StoredPublication[];
}

/** A wire format: JSON or protobuf. Every method returns one message, in JSON without its separator. */
export interface Encoding {
  /** Index of this format among the formats, for caches. */
  readonly slot: number;
  /** Messages delimit themselves and may carry any bytes. */
  readonly binary: boolean;
  /** @throws when the frame is not a sequence of well-formed commands, at least one. */
  decode(frame: Buffer): Command[];
  ping(): Buffer;
  connected(id: number, result: ConnectResult): Buffer;
  subscribed(id: number, start: SubscriptionStart): Buffer;
  unsubscribed(id: number): Buffer;
  published(id: number): Buffer;
  called(id: number, payload: Payload): Buffer;
  presence(id: number, clients: ClientInfo[]): Buffer;
  presenceStats(id: number, stats: { clients: number; users: number }): Buffer;
  history(id: number, page: HistoryPage): Buffer;
  /** `ttl` in seconds; absent: it no longer expires. */
  refreshed(id: number, result: { client: string; version?: string; ttl?: number }): Buffer;
  subRefreshed(id: number, ttl: number | undefined): Buffer;
  failed(id: number, error: CommandError): Buffer;
  /** `offset` 0: a publication without a place in the stream. */
  publicationPush(channel: string, publication: WirePublication): Buffer;
  joinPush(channel: string, info: ClientInfo): Buffer;
  leavePush(channel: string, info: ClientInfo): Buffer;
  /** `position` null: a channel without history. */
  subscribePush(channel: string, position: StreamPosition | null, data?: string): Buffer;
  unsubscribePush(channel: string, why: Disconnect): Buffer;
  messagePush(payload: Payload): Buffer;
  /** Where no close frame tells it. */
  disconnectPush(why: Disconnect): Buffer;
}

/** The commands of a frame; null when the client sent something the protocol does not allow. */
export function decoded(encoding: Encoding, frame: Buffer): Command[] | null {
  try {
    return encoding.decode(frame);
  } catch {
    return null;
  }
}
