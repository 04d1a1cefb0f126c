import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The cable between one browser and the server. */
export interface Wire {
  /** What the browser opens instead of the server's own address. */
  url: string;
  /** Every connection breaks and none is let in until `mend`. */
  cut(): void;
  mend(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A forwarder of TCP to the server's port, so that a cut is a real one, for HTTP and WebSocket alike. */
export async function layWire(serverUrl: string): Promise<Wire> {
  const port = Number(new URL(serverUrl).port);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket
      .setNoDelay()
      .on('error', () => {})
      .on('close', () => sockets.delete(socket));
  };
  const forwarder = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(from).pipe(to);
      from.on('close', () => to.destroy());
    }
  });
  forwarder.listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  const { port: own } = forwarder.address() as { port: number };
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://localhost:${own}`,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      breakAll();
      forwarder.close();
      await once(forwarder, 'close');
    },
  };
}
