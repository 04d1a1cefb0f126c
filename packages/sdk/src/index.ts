export { ApiError, NetworkError } from './api-error.ts';
export { connectLive, type Live, type LiveOptions, type LiveState, type ReloadCause } from './connect-live.ts';
export { type CallOptions, type Client, type ClientOptions, createClient } from './create-client.ts';
