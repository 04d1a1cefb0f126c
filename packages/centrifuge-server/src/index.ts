export { type Clock, systemClock } from './clock.ts';
export { commandErrors, disconnects, Refuse, ReplyError } from './codes.ts';
export type {
  Appended,
  ChannelHistory,
  ChannelPage,
  HistoryRequest,
  HistoryStore,
  PageRequest,
  PublicationExtras,
  StoredPublication,
  StreamPosition,
} from './history.ts';
export { createHttpApi, type HttpApiOptions } from './http-api.ts';
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export type {
  Accept,
  CentrifugeServer,
  ChannelOptions,
  Connection,
  ConnectRequest,
  Options,
  Paths,
  Refreshed,
  Stats,
  SubscribeAccept,
  SubscribeRequest,
} from './options.ts';
export type { ClientInfo } from './payload.ts';
export { createCentrifugeServer } from './server.ts';
export type { HistoryOptions, PublishOptions, ServerApi, ServerInfo, Whose } from './server-api.ts';
export {
  acceptClaims,
  type ConnectionClaims,
  createTokenVerifier,
  type SubscriptionClaims,
  TokenExpired,
  TokenInvalid,
  type TokenOptions,
  type TokenVerifier,
} from './tokens.ts';
