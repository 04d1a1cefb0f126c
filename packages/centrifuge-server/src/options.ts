import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { HistoryStore } from './history.ts';

/** What a client sent with its `connect` command, and where it came from. Judge it in `onConnect`. */
export interface ConnectRequest {
  /** As the client sent it: anything JSON can hold. */
  data: unknown;
  token?: string;
  name?: string;
  version?: string;
  /** Of the HTTP request that opened the connection. */
  headers: IncomingHttpHeaders;
  /** The remote address of the socket; behind a proxy, the proxy's. */
  address: string;
  /** Path and query of the HTTP request. */
  url: string;
}

/** The application's yes to a connection. */
export interface Accept<S> {
  /** Who it is; may be empty. */
  user: string;
  /** The channels the server subscribes it to. */
  channels: string[];
  /** Told to the client in the connect reply. */
  data?: unknown;
  /** The application's own, kept at `connection.state`. */
  state: S;
  /** Milliseconds since 1970: then the connection is closed with `expireCode`. */
  expiresAt?: number;
}

/** One accepted client. */
export interface Connection<S> {
  readonly id: string;
  readonly user: string;
  state: S;
  readonly address: string;
  /** The channels it is subscribed to now, by the server or by itself; a new set at every look. */
  readonly channels: ReadonlySet<string>;
  /**
   * Subscribes it from the server's side; the client is told by a push. Resolves when live, also when the connection has
   * ended meanwhile or was subscribed already.
   * @throws RangeError above `maxChannels`; whatever the store throws.
   */
  subscribe(channel: string): Promise<void>;
  /** Ends a subscription; the client is told, and does not subscribe again by itself (code 2000). */
  unsubscribe(channel: string): void;
  /** A `message` push, outside any channel. */
  send(data: unknown): void;
  /** A publication without offset to this connection only. `json` is its data. The client drops it when not subscribed. */
  signal(channel: string, json: string): void;
  /** Ends the connection: 3000–3499 and 4000–4499 the client comes back, 3500–3999 and 4500–4999 it does not. */
  disconnect(code: number, reason: string): void;
}

export interface Options<S> {
  store: HistoryStore;
  /** Decides on a client. Throw {@link Refuse} to turn it away; any other error closes with 3004, and it retries. */
  onConnect(request: ConnectRequest): Promise<Accept<S>>;
  /** After the connect reply was queued. */
  onConnected?(connection: Connection<S>): void;
  /** Once for each `onConnected`. Code 3000 when the client or the network ended it. */
  onDisconnect?(connection: Connection<S>, reason: { code: number; reason: string }): void;
  /** May this client subscribe itself? Absent or false: error 103. Throw {@link ReplyError} for another. */
  onSubscribe?(connection: Connection<S>, channel: string): Promise<boolean>;
  /** Answers an `rpc`. Absent: error 108. Throw {@link ReplyError} for an error of your own; others become 100. */
  onRpc?(connection: Connection<S>, method: string, data: unknown): Promise<unknown>;
  /** Takes a `send`. Absent: the connection is closed with 3508, and the client does not come back. */
  onSend?(connection: Connection<S>, data: unknown): void;
  /** Whether a web page of this origin may connect; false answers the upgrade with 403. Default: every origin. */
  allowOrigin?(request: IncomingMessage): boolean;
  /** Failures of the store and of the functions above. Default: a process warning. */
  onError?(error: unknown): void;
  /** Seconds between pings, whole; 0 for none. Default 25. */
  pingSeconds?: number;
  /** Seconds a client has to answer a ping, else 3012. Default 8. */
  pongSeconds?: number;
  /** Seconds a client has to send `connect`, else 3502. Default 10. */
  connectSeconds?: number;
  /** Most bytes in one message of a client, else 3501. Default 65 536. */
  maxFrameBytes?: number;
  /** Most bytes that may wait for one client, else 3008. Default 1 048 576. */
  maxQueueBytes?: number;
  /** Most channels of one connection. Default 128. */
  maxChannels?: number;
  /** Most publications recovered in one channel; a client that missed more is told it was not recovered. Default 10 000. */
  recoveryLimit?: number;
  /** The close code at `expiresAt`. Default 4001: the client fetches its connect data again and comes back. */
  expireCode?: number;
  clock?: Clock;
  /** In [0, 1): spreads the first pings. Default `Math.random`. */
  random?(): number;
}

export interface Stats {
  connections: number;
  /** Channels with a subscriber. */
  channels: number;
  /** Publications queued to connections since the start, signals included, recovered ones not. */
  deliveries: number;
  /** Bytes that wait for slow readers now. */
  queuedBytes: number;
  /** Subscriptions that came back and got all they had missed, and those that could not. */
  recovered: number;
  notRecovered: number;
}

export interface CentrifugeServer<S> {
  /** For the `upgrade` event of an HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Hands a committed publication to this process' subscribers. May be called out of order, twice or with a hole: every
   * subscriber gets every offset once and in order, out of the store if need be. `json` is the publication's data.
   */
  publish(channel: string, publication: { epoch: string; offset: number; json: string }): void;
  /** A publication without offset to all subscribers here: never stored, not recovered. */
  signal(channel: string, json: string): void;
  /** Another process has committed up to `offset`: what is missing here is read from the store and delivered. */
  wake(channel: string, offset: number): void;
  /** Resolves when what was committed to this channel by now has been handed over: before a last word to its subscribers. */
  catchUp(channel: string): Promise<void>;
  /** Compares all channels that have subscribers with the store, and catches up: against wake-ups that got lost. */
  checkPositions(): Promise<void>;
  connections(filter?: (connection: Connection<S>) => boolean): Iterable<Connection<S>>;
  stats(): Stats;
  /** Tells all clients and takes no more. Resolves when the last socket is closed, after five seconds at the latest. */
  close(code?: number, reason?: string): Promise<void>;
}
