import type { AddressInfo } from 'node:net';
import { connect as connectTo, createServer, type Socket } from 'node:net';

/** A network cable to the server that can be cut, for real: sockets die without a word, HTTP's and WebSockets' alike. */
export interface Cable {
  /** What is opened instead of the server's own address. */
  url: string;
  /** Cuts what is connected. What comes afterwards gets through, unless it is `pulled`. */
  cut(): void;
  pull(): void;
  plug(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `serverUrl`: asked for every connection where it leads to. */
export async function layCable(serverUrl: string | (() => string)): Promise<Cable> {
  const sockets = new Set<Socket>();
  let pulled = false;
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const listening = createServer((near) => {
    keep(near);
    if (pulled) return void near.resetAndDestroy();
    const { port, hostname } = new URL(typeof serverUrl === 'string' ? serverUrl : serverUrl());
    const far = connectTo(Number(port), hostname);
    keep(far);
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    cut,
    pull() {
      pulled = true;
      cut();
    },
    plug() {
      pulled = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}
