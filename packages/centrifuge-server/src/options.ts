import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Appended, HistoryStore, PublicationExtras, StreamPosition } from './history.ts';
import type { ServerApi } from './server-api.ts';
import type { ConnectionClaims, SubscriptionClaims, TokenVerifier } from './tokens.ts';

/** What a client sent with its `connect` command, and where it came from. Judge it in `onConnect`. */
export interface ConnectRequest {
  /** As the client sent it: anything JSON can hold. */
  data: unknown;
  token?: string;
  name?: string;
  version?: string;
  /** What the token says, when the server was given `tokens` and the client sent a good one. */
  claims?: ConnectionClaims;
  /** Headers that the client's program put into the command; only words of a client, like `data`. */
  commandHeaders?: Record<string, string>;
  /** Of the HTTP request that opened the connection. */
  headers: IncomingHttpHeaders;
  /** As `addressOf` says, else the remote address of the socket: behind a proxy, the proxy's. */
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
  /** Milliseconds since 1970: then the connection is closed with `expireCode`; with `refresh` see there. */
  expiresAt?: number | undefined;
  /**
   * The client is told of `expiresAt`, and is to send another token then (`refresh`). One that does not is closed 25
   * seconds later with 3005. Only for clients with a `getToken`: without one they disconnect for good when it expires.
   * Without it a client that sends one is closed with 3501: the end is the application's alone.
   */
  refresh?: boolean | undefined;
  /** What others may know of it: in presence, joins, leaves and its own publications. */
  info?: unknown;
  /** More about single ones of `channels`. */
  grants?: Record<string, SubscribeAccept> | undefined;
}

/** What the application says of one subscription. What it leaves out is as the `channel` function says. */
export interface SubscribeAccept {
  /** Told to the client with the subscription. */
  data?: unknown;
  /** What others may know: the channel's part of presence, joins and leaves. */
  info?: unknown;
  /** Milliseconds since 1970: then it ends (client-side 2501, server-side the connection with 3006). */
  expiresAt?: number | undefined;
  /**
   * Of a client-side subscription: the client is told of `expiresAt` and may refresh it by another token (`sub_refresh`);
   * it has 25 seconds more. Without it such a command ends the connection (3501).
   */
  refresh?: boolean | undefined;
  presence?: boolean | undefined;
  joinLeave?: boolean | undefined;
  pushJoinLeave?: boolean | undefined;
  /**
   * Of a subscription from the server's side while connected: what was published since then comes right behind it. When
   * that cannot be had whole it begins at the top, and the client is not told.
   */
  recoverSince?: StreamPosition | undefined;
}

/** What a channel can do. A function of its name only: all its subscribers must find the same. */
export interface ChannelOptions {
  /** Publications have places, and are recovered. Default true. False: whoever is away misses them. */
  history?: boolean | undefined;
  /** Who is subscribed can be asked. Default false. */
  presence?: boolean | undefined;
  /** Coming and going is told to the subscribers that ask for it. Default false. */
  joinLeave?: boolean | undefined;
  /** Coming and going is told to all its subscribers. Default false. */
  pushJoinLeave?: boolean | undefined;
  /** Client-side subscriptions may have fossil deltas. Default false. */
  delta?: boolean | undefined;
}

/** What a client said with its `subscribe`. */
export interface SubscribeRequest {
  data: unknown;
  /** What the subscription token says, when the server was given `tokens` and the client sent a good one. */
  claims?: SubscriptionClaims;
}

/** Another end for a connection or subscription, in milliseconds since 1970; without `expiresAt` it has none any more. */
export interface Refreshed {
  expiresAt?: number | undefined;
  info?: unknown;
}

/** One accepted client. */
export interface Connection<S> {
  readonly id: string;
  readonly user: string;
  state: S;
  readonly address: string;
  /** JSON text of `Accept.info`. */
  readonly info: string | undefined;
  /** The channels it is subscribed to now, by the server or by itself; a new set at every look. */
  readonly channels: ReadonlySet<string>;
  /**
   * Subscribes it from the server's side; the client is told by a push. Resolves when live, also when the connection has
   * ended meanwhile or was subscribed already; after a subscription of the same channel that is under way, so inside
   * `onSubscribe` of that channel it is not to be awaited.
   * @throws RangeError above `maxChannels`; whatever the store throws.
   */
  subscribe(channel: string, accept?: SubscribeAccept): Promise<void>;
  /** Ends a subscription; the client is told, and does not subscribe again by itself (code 2000). */
  unsubscribe(channel: string): void;
  /** A `message` push, outside any channel. */
  send(data: unknown): void;
  /** Gives the connection another end. */
  refresh(refreshed: Refreshed): void;
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
  /**
   * May this client subscribe itself? False: error 103. Throw {@link ReplyError} for another. Absent: only with a good
   * subscription token.
   */
  onSubscribe?(
    connection: Connection<S>,
    channel: string,
    request: SubscribeRequest,
  ): Promise<boolean | SubscribeAccept>;
  /**
   * May this client publish? False or absent, and whatever is none of these answers: error 103. True: the publication is
   * appended to the store and handed out. `'published'`: the application has published it, or something in its place.
   * `data` is parsed JSON, or bytes.
   */
  onPublish?(connection: Connection<S>, channel: string, data: unknown): Promise<boolean | 'published'>;
  /** May this client read the channel's history? False or absent: error 103. */
  onHistory?(connection: Connection<S>, channel: string): Promise<boolean>;
  /** May this client see who is in the channel? Absent: those may that are subscribed to it. False: error 103. */
  onPresence?(connection: Connection<S>, channel: string): Promise<boolean>;
  /** A client sent another token for its connection. Absent: `tokens` judges it. Throw {@link Refuse} to end it. */
  onRefresh?(connection: Connection<S>, token: string): Promise<Refreshed>;
  /** A client sent another token for a subscription. Absent: `tokens` judges it. */
  onSubRefresh?(connection: Connection<S>, channel: string, token: string): Promise<Refreshed>;
  /** Judges the tokens of clients: {@link createTokenVerifier}. Absent: tokens are for `onConnect` alone. */
  tokens?: TokenVerifier;
  /** What a channel can do; null for one that there may not be: error 102. Default: history, and nothing else. */
  channel?(name: string): ChannelOptions | null;
  /** Answers an `rpc`. Absent: error 108. Throw {@link ReplyError} for an error of your own; others become 100. */
  onRpc?(connection: Connection<S>, method: string, data: unknown): Promise<unknown>;
  /** Takes a `send`. Absent: the connection is closed with 3508, and the client does not come back. */
  onSend?(connection: Connection<S>, data: unknown): void;
  /**
   * Whether a web page of this origin may connect; false answers the upgrade with 403, and so every request of HTTP
   * streams. Programs send no `Origin`. Default: every origin.
   */
  allowOrigin?(request: IncomingMessage): boolean | Promise<boolean>;
  /** Where a request comes from, when that is behind a proxy; empty: not to be counted. Default: the socket's address. */
  addressOf?(request: IncomingMessage): string;
  /** Failures of the store and of the functions above. Default: a process warning. */
  onError?(error: unknown): void;
  /** Seconds between pings, whole; 0 for none. Default 25. */
  pingSeconds?: number | undefined;
  /** Seconds a client has to answer a ping, else 3012. Default 8. */
  pongSeconds?: number | undefined;
  /** Seconds a client has to send `connect`, else 3502. Default 10. */
  connectSeconds?: number | undefined;
  /** Most bytes in one message of a client, else 3501. Default 65 536. */
  maxFrameBytes?: number | undefined;
  /** Most bytes that may wait for one client, else 3008. Default 1 048 576. */
  maxQueueBytes?: number | undefined;
  /** Most channels of one connection. Default 128. */
  maxChannels?: number | undefined;
  /** Most connections; above it 3504. Default: no limit. */
  maxConnections?: number | undefined;
  /**
   * Most connections of one address (of IPv6 one /64), those that have not connected yet included; above it the upgrade or
   * stream is answered with 429 and `Retry-After`, and clients try again later. Default: no limit.
   */
  maxConnectionsPerAddress?: number | undefined;
  /** Longest name of a channel, else 3501. Default 255. */
  maxChannelLength?: number | undefined;
  /** Most commands of one connection in work at a time, else error 111. Default 256, or `maxChannels` if that is more. */
  maxCommandsInWork?: number | undefined;
  /** Most publications in the answer to one `history`. Default 300. */
  historyLimit?: number | undefined;
  /** Seconds a client has to refresh what expired. Default 25. */
  refreshSeconds?: number | undefined;
  /** Told to clients as the version of the server. Default: none. */
  version?: string | undefined;
  /** Where `handleRequest` answers. */
  paths?: Partial<Paths> | undefined;
  /** Most publications recovered in one channel; a client that missed more is told it was not recovered. Default 10 000. */
  recoveryLimit?: number | undefined;
  /** The close code at `expiresAt`. Default 4001: the client fetches its connect data again and comes back. */
  expireCode?: number | undefined;
  clock?: Clock;
  /** In [0, 1): spreads the first pings. Default `Math.random`. */
  random?(): number;
}

/** The paths of the HTTP endpoints. */
export interface Paths {
  /** Default `/connection/http_stream`. */
  httpStream: string;
  /** Default `/connection/sse`. */
  sse: string;
  /** Default `/emulation`. */
  emulation: string;
}

export interface Stats {
  connections: number;
  /** The same by transport and format. */
  transports: { transport: 'websocket' | 'http_stream' | 'sse'; format: 'json' | 'protobuf'; connections: number }[];
  /** What was not let in, since the start: 503 during a close, 403 for its origin, 429 for its address. */
  refused: { closing: number; origin: number; address: number };
  /** How many connections ended since the start, by close code; 3000: by themselves. Those before `onConnect` too. */
  ended: Record<number, number>;
  /** Publications handed to `publish`, or published by clients and the server API, since the start. */
  publications: number;
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
   * For the `request` event of an HTTP server: HTTP streams, SSE and what their clients post. False: not one of `paths`,
   * and nothing was answered.
   */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Hands a committed publication to this process' subscribers. May be called out of order, twice or with a hole: every
   * subscriber gets every offset once and in order, out of the store if need be. `json` is the publication's data.
   */
  publish(channel: string, publication: Appended): void;
  /** A publication without offset to all subscribers here: never stored, not recovered. */
  signal(channel: string, json: string, extras?: PublicationExtras): void;
  /** Another process has committed up to `offset`: what is missing here is read from the store and delivered. */
  wake(channel: string, offset: number): void;
  /** Resolves when what was committed to this channel by now has been handed over: before a last word to its subscribers. */
  catchUp(channel: string): Promise<void>;
  /** Compares all channels that have subscribers with the store, and catches up: against wake-ups that got lost. */
  checkPositions(): Promise<void>;
  connections(filter?: (connection: Connection<S>) => boolean): Iterable<Connection<S>>;
  stats(): Stats;
  /** What Centrifugo's server API can do, in process. */
  readonly api: ServerApi;
  /** Tells all clients and takes no more. Resolves when the last socket is closed, after five seconds at the latest. */
  close(code?: number, reason?: string): Promise<void>;
}
