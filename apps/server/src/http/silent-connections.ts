import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** For a request whose first bytes are on their way. */
const graceMs = 1000;

/**
 * Connections on which nothing has been asked yet. Browsers open some in advance, and a server that closes would wait
 * a minute for them. Answers the way to end them.
 */
export function followSilentConnections(server: Server): () => void {
  const silent = new Set<Socket>();
  const speaks = ({ socket }: IncomingMessage): void => {
    silent.delete(socket);
  };
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', speaks);
  server.on('upgrade', speaks);
  return () => {
    for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(() => {
      for (const socket of silent) socket.destroy();
    }, graceMs).unref();
  };
}
