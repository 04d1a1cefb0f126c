export { type Clock, systemClock } from './clock.ts';
export { disconnects, Refuse, ReplyError } from './codes.ts';
export type { ChannelHistory, HistoryRequest, HistoryStore, StoredPublication, StreamPosition } from './history.ts';
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export type { Accept, CentrifugeServer, Connection, ConnectRequest, Options, Stats } from './options.ts';
export { createCentrifugeServer } from './server.ts';
