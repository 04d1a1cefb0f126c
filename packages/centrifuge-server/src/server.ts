import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { assertDisconnect, disconnects } from './codes.ts';
import { Core } from './core.ts';
import { Gate, type Refusal } from './gate.ts';
import { Handshake } from './handshake.ts';
import { HttpEndpoint } from './http-endpoint.ts';
import type { CentrifugeServer, Options } from './options.ts';
import { createServerApi } from './server-api.ts';
import { objectionTo } from './upgrade.ts';
import { ClientSocket } from './websocket.ts';

const SWEEP_MILLISECONDS = 1_000;
const CLOSE_POLL_MILLISECONDS = 20;

/**
 * A server for Centrifuge protocol v2, in JSON and protobuf, for clients such as npm `centrifuge` 3 and later. It
 * listens to nothing by itself: give it the `upgrade` events of an HTTP server, and for HTTP streams its requests.
 */
export function createCentrifugeServer<S>(options: Options<S>): CentrifugeServer<S> {
  if (options.store === undefined) throw new TypeError('a Centrifuge server needs a store');
  const core = new Core(options);
  const gate = new Gate(core);
  const streams = new HttpEndpoint(core, gate);
  const stopSweeping = core.clock.every(SWEEP_MILLISECONDS, () => core.sweep());

  return {
    handleUpgrade(request, socket, head) {
      if (socket.destroyed) return;
      // Nobody else listens on an upgraded socket: an error without a listener would end the process.
      socket.on('error', ignore);
      const objection = objectionTo(request);
      if (objection !== null) return refuse(socket, objection);
      const enter = (address: string): void => {
        // The client has gone in the meantime.
        if (!socket.readable || !socket.writable) return void socket.destroy();
        const transport = new ClientSocket(request, socket, core);
        const { headers, url = '' } = request;
        core.transports.add(transport);
        transport.listen(new Handshake(core, transport, { headers, url, address }), head);
      };
      gate.admit(request, socket, enter).then(
        (refusal) => refusal && refuse(socket, refusal),
        (error) => {
          core.report(error);
          socket.destroy();
        },
      );
    },
    handleRequest: (request, response) => streams.handle(request, response),
    api: createServerApi(core),
    publish(channel, publication) {
      core.publications++;
      core.hub.publish(channel, publication);
    },
    signal: (channel, json, extras) => core.hub.signal(channel, json, extras),
    wake: (channel, offset) => core.hub.wake(channel, offset),
    catchUp: (channel) => core.hub.catchUp(channel),
    checkPositions: () => core.hub.check(),
    *connections(filter) {
      for (const session of core.sessions) if (filter === undefined || filter(session)) yield session;
    },
    stats() {
      let queuedBytes = 0;
      const transports = wires.map((wire) => ({ ...wire, connections: 0 }));
      for (const session of core.sessions) {
        queuedBytes += session.transport.queuedBytes;
        const { kind = 'websocket', encoding } = session.transport;
        const format = encoding.binary ? 'protobuf' : 'json';
        const same = transports.find((wire) => wire.transport === kind && wire.format === format);
        if (same !== undefined) same.connections++;
      }
      const { publications, deliveries, recovered, notRecovered } = core;
      return {
        connections: core.sessions.size,
        transports,
        refused: { ...core.refused },
        ended: Object.fromEntries(core.ended),
        publications,
        channels: core.hub.size,
        deliveries,
        queuedBytes,
        recovered,
        notRecovered,
      };
    },
    async close(code = disconnects.shutdown.code, reason = disconnects.shutdown.reason) {
      assertDisconnect(code, reason);
      gate.closing = true;
      for (const transport of core.transports) transport.peer?.disconnect(code, reason);
      // A client that does not answer the close frame is cut off by the transport after five seconds.
      await drained(() => core.transports.size === 0);
      stopSweeping();
    },
  };
}

/** What there may be connections over. */
const wires = [
  { transport: 'websocket', format: 'json' },
  { transport: 'websocket', format: 'protobuf' },
  { transport: 'http_stream', format: 'json' },
  { transport: 'http_stream', format: 'protobuf' },
  { transport: 'sse', format: 'json' },
] as const;

function refuse(socket: Duplex, { status, headers, text }: Refusal): void {
  socket.once('finish', () => socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
}

/** Every error is followed by `close`. */
function ignore(): void {}

function drained(done: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (done() ? resolve() : void setTimeout(look, CLOSE_POLL_MILLISECONDS));
    look();
  });
}
