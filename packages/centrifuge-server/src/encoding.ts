import type { CommandError, Disconnect } from './codes.ts';
import type { StoredPublication, StreamPosition } from './history.ts';

/** A client's command, parsed and checked. Payloads stay as the format gave them. */
export type Command =
  | { type: 'pong' }
  | { type: 'connect'; id: number; request: ConnectCommand }
  | { type: 'subscribe'; id: number; channel: string; since: StreamPosition | null }
  | { type: 'unsubscribe'; id: number; channel: string }
  | { type: 'rpc'; id: number; method: string; data: unknown }
  | { type: 'send'; data: unknown }
  | { type: 'publish' | 'history'; id: number }
  | { type: 'presence' | 'presence_stats' | 'refresh' | 'sub_refresh'; id: number };

export interface ConnectCommand {
  data: unknown;
  token: string;
  name: string;
  version: string;
  /** The positions of the channels the client wants to recover. */
  since: Map<string, StreamPosition>;
}

/** How a subscription begins: the fields of a subscribe result of Centrifuge protocol v2. */
export interface SubscriptionStart {
  epoch: string;
  /** Recovered: the offset the client came with; else the top of the stream. */
  offset: number;
  recovered: boolean;
  wasRecovering: boolean;
  publications: StoredPublication[];
}

export interface ConnectResult {
  client: string;
  data: string | undefined;
  subscriptions: Map<string, SubscriptionStart>;
  /** Seconds; 0 for none. */
  ping: number;
}

/** A wire format. JSON is one; protobuf is to be another. Every method returns one message without its separator. */
export interface Encoding {
  /** Index of this format among the formats, for caches. */
  readonly slot: number;
  /** @throws when the frame is not a sequence of well-formed commands, at least one. */
  decode(frame: Buffer): Command[];
  ping(): Buffer;
  connected(id: number, result: ConnectResult): Buffer;
  subscribed(id: number, start: SubscriptionStart): Buffer;
  unsubscribed(id: number): Buffer;
  called(id: number, json: string): Buffer;
  failed(id: number, error: CommandError): Buffer;
  /** `offset` 0: a publication without a place in the stream. */
  publicationPush(channel: string, publication: StoredPublication): Buffer;
  subscribePush(channel: string, position: StreamPosition): Buffer;
  unsubscribePush(channel: string, why: Disconnect): Buffer;
  messagePush(json: string): Buffer;
}

/** The commands of a frame; null when the client sent something the protocol does not allow. */
export function decoded(encoding: Encoding, frame: Buffer): Command[] | null {
  try {
    return encoding.decode(frame);
  } catch {
    return null;
  }
}
