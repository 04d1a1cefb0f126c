import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { assertDisconnect, disconnects } from './codes.ts';
import { Core } from './core.ts';
import { Handshake } from './handshake.ts';
import { HttpEndpoint } from './http-endpoint.ts';
import type { CentrifugeServer, Options } from './options.ts';
import { createServerApi } from './server-api.ts';
import { WebSocketEndpoint } from './websocket.ts';

const SWEEP_MILLISECONDS = 1_000;
const CLOSE_POLL_MILLISECONDS = 20;

/**
 * A server for Centrifuge protocol v2, in JSON and protobuf, for clients such as npm `centrifuge` 3 and later. It
 * listens to nothing by itself: give it the `upgrade` events of an HTTP server, and for HTTP streams its requests.
 */
export function createCentrifugeServer<S>(options: Options<S>): CentrifugeServer<S> {
  const core = new Core(options);
  const endpoint = new WebSocketEndpoint(core.limits.maxFrameBytes);
  const streams = new HttpEndpoint(core, (request) => (closing ? 503 : originAllowed(request) ? 0 : 403));
  const stopSweeping = core.clock.every(SWEEP_MILLISECONDS, () => core.sweep());
  let closing = false;

  /** When the application cannot tell, the answer is no. */
  function originAllowed(request: IncomingMessage): boolean {
    try {
      return options.allowOrigin?.(request) ?? true;
    } catch (error) {
      core.report(error);
      return false;
    }
  }

  return {
    handleUpgrade(request, socket, head) {
      if (closing) {
        refuse(socket, '503 Service Unavailable');
        return;
      }
      if (!originAllowed(request)) {
        refuse(socket, '403 Forbidden');
        return;
      }
      endpoint.upgrade(request, socket, head, (transport) => {
        core.transports.add(transport);
        const { headers, url = '' } = request;
        transport.listen(new Handshake(core, transport, { headers, url, address: request.socket.remoteAddress ?? '' }));
      });
    },
    handleRequest: (request, response) => streams.handle(request, response),
    api: createServerApi(core),
    publish: (channel, publication) => core.hub.publish(channel, publication),
    signal: (channel, json, extras) => core.hub.signal(channel, json, extras),
    wake: (channel, offset) => core.hub.wake(channel, offset),
    catchUp: (channel) => core.hub.catchUp(channel),
    checkPositions: () => core.hub.check(),
    *connections(filter) {
      for (const session of core.sessions) if (filter === undefined || filter(session)) yield session;
    },
    stats() {
      let queuedBytes = 0;
      for (const session of core.sessions) queuedBytes += session.queuedBytes;
      const { deliveries, recovered, notRecovered } = core;
      return {
        connections: core.sessions.size,
        channels: core.hub.size,
        deliveries,
        queuedBytes,
        recovered,
        notRecovered,
      };
    },
    async close(code = disconnects.shutdown.code, reason = disconnects.shutdown.reason) {
      assertDisconnect(code, reason);
      closing = true;
      for (const transport of core.transports) transport.peer?.disconnect(code, reason);
      // A client that does not answer the close frame is cut off by the transport after five seconds.
      await drained(() => core.transports.size === 0);
      stopSweeping();
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  // Nobody else listens on an upgraded socket: an error without a listener would end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function drained(done: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (done() ? resolve() : void setTimeout(look, CLOSE_POLL_MILLISECONDS));
    look();
  });
}
