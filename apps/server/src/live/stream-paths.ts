import { livePath } from '@switchboard/protocol';

const beside = (name: string): string => livePath.replace('connection/websocket', name);

/** Beside the WebSocket, named as Centrifugo names them. */
export const streamPaths = {
  httpStream: beside('connection/http_stream'),
  sse: beside('connection/sse'),
  emulation: beside('emulation'),
};
