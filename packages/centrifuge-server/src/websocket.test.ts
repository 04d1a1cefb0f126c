import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Outgoing } from './outgoing.ts';
import { maskedFrame, type Started, startServer, turns, upgradeRequest, wirePair } from './testing.ts';
import { opcodes } from './websocket-frame.ts';

const closedByClient = (...payload: number[]) => maskedFrame(opcodes.close, payload);

/** A connection without a WebSocket library on it. */
async function bare(live: Started): Promise<Socket> {
  const socket = connect(Number(new URL(live.base).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side ends. */
async function heardUntilEnd(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece)).resume();
  await once(socket, 'end');
  return Buffer.concat(pieces).toString('latin1');
}

/** Frames of a server, out of all that it has sent. */
const framesIn = (heard: string): string => heard.slice(heard.indexOf('\r\n\r\n') + 4);

test.each([
  ['POST', { Connection: 'Upgrade' }, 405, 'opened by GET'],
  ['GET', { Upgrade: 'h2c' }, 400, 'Upgrade must be websocket'],
  ['GET', { 'Sec-WebSocket-Version': '8' }, 426, 'Sec-WebSocket-Version must be 13'],
  ['GET', { 'Sec-WebSocket-Key': 'short' }, 400, 'Sec-WebSocket-Key must be 16 bytes'],
])('%s with %o is refused with %d, and told what to mend', async (method, headers, status, text) => {
  const live: Started = await startServer();
  const socket = await bare(live);
  socket.write(upgradeRequest(headers).replace('GET', method));
  const answer = await heardUntilEnd(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain(text);
  if (status === 426) expect(answer).toContain('\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n');
});

test('the acceptance is the one of the RFC', async () => {
  const live: Started = await startServer();
  const socket = await bare(live);
  socket.write(upgradeRequest({ 'Sec-WebSocket-Protocol': 'chat, centrifuge-json' }));
  socket.write(closedByClient());
  const [head = ''] = (await heardUntilEnd(socket)).split('\r\n\r\n');
  // RFC 6455 §1.3 has the key and this answer to it.
  expect(head.split('\r\n')).toEqual([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    'Sec-WebSocket-Protocol: centrifuge-json',
  ]);
});

test('a client that has gone by the time it may enter leaves nothing behind', async () => {
  let wire: Socket | undefined;
  let decide: (yes: boolean) => void = () => {};
  const live: Started = await startServer({
    allowOrigin({ socket }) {
      wire = socket;
      return new Promise((resolve) => {
        decide = resolve;
      });
    },
  });
  const socket = await bare(live);
  socket.write(upgradeRequest());
  const there = await vi.waitUntil(() => wire);
  const gone = new Promise((resolve) => there.once('close', resolve));
  socket.resetAndDestroy();
  there.resume();
  await gone;
  decide(true);
  await turns();
  // It waits for all that were let in.
  await live.server.close();
});

test('frames right behind the request are read', async () => {
  const live: Started = await startServer();
  const socket = await bare(live);
  const hello = maskedFrame(opcodes.text, Buffer.from('{"id":1,"connect":{}}'));
  socket.write(Buffer.concat([Buffer.from(upgradeRequest()), hello]));
  await once(socket, 'readable');
  await vi.waitUntil(() => live.server.stats().connections === 1);
});

test('a ping is answered with what it carries', async () => {
  const { client } = await wirePair();
  client.write(Buffer.concat([maskedFrame(opcodes.ping, Buffer.from('are you there')), closedByClient()]));
  expect(framesIn(await heardUntilEnd(client))).toBe('\x8a\x0dare you there\x88\x00');
});

test('who sends pings and reads nothing costs no more than a full stream', async () => {
  const { client, transport, heard } = await wirePair();
  const ping = maskedFrame(opcodes.ping, Buffer.alloc(125));
  const many = Buffer.concat(Array.from({ length: 10_000 }, () => ping));
  for (let round = 0; round < 20; round++) {
    if (!client.write(many)) await once(client, 'drain');
    expect(transport.waitingBytes).toBeLessThan(70_000);
  }
  client.write(maskedFrame(opcodes.text, Buffer.from('and yet it is heard')));
  await vi.waitUntil(() => heard.length === 1);
  expect(transport.waitingBytes).toBeGreaterThan(0);
  expect(transport.waitingBytes).toBeLessThan(70_000);
});

test('who catches up gets the answer to its last ping', async () => {
  const { client, transport, heard } = await wirePair();
  while (transport.ready) transport.write(new Outgoing(Buffer.alloc(60_000, 'x')));
  client.write(Buffer.concat([maskedFrame(opcodes.ping, [1]), maskedFrame(opcodes.ping, [2])]));
  client.write(maskedFrame(opcodes.text, Buffer.from('behind them')));
  await vi.waitUntil(() => heard.length === 1);
  let end = Buffer.alloc(0);
  client.on('data', (piece) => {
    end = Buffer.concat([end, piece]).subarray(-10);
  });
  client.resume();
  await vi.waitUntil(() => end.subarray(-3).equals(Buffer.from([0x8a, 1, 2])));
  // The first was left out.
  expect(end.subarray(0, -3).toString()).toBe('xxxxxxx');
});

test('the acceptance stays behind what was written to the socket before', async () => {
  const live: Started = await startServer();
  const http = createServer((_, response) => response.end(Buffer.alloc(20_000_000, 'x')));
  http.on('upgrade', live.server.handleUpgrade).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1').pause();
  onTestFinished(() => {
    socket.destroy();
    http.close();
  });
  socket.write(`GET / HTTP/1.1\r\nHost: here\r\n\r\n${upgradeRequest()}`);
  socket.write(closedByClient());
  const heard = await heardUntilEnd(socket);
  const body = heard.indexOf('\r\n\r\n') + 4;
  expect(heard.indexOf('HTTP/1.1 101')).toBe(body + 20_000_000);
});

test('a close frame is answered by the same, and told once', async () => {
  const { client, heard } = await wirePair();
  client.write(closedByClient(0x0f, 0xa1, ...Buffer.from('bye')));
  expect(framesIn(await heardUntilEnd(client))).toBe('\x88\x05\x0f\xa1bye');
  client.end();
  await vi.waitUntil(() => heard.length > 0);
  expect(heard).toEqual(['closed']);
});

test('a client that only ends its side is let go', async () => {
  const { client, heard } = await wirePair();
  client.end();
  expect(framesIn(await heardUntilEnd(client))).toBe('');
  await vi.waitUntil(() => heard.length > 0);
  expect(heard).toEqual(['closed']);
});

test('broken frames are answered by 3501, and whatever comes behind them is dropped', async () => {
  const { client, heard } = await wirePair();
  client.write(Buffer.concat([maskedFrame(3, []), maskedFrame(opcodes.text, Buffer.from('late'))]));
  expect(framesIn(await heardUntilEnd(client))).toBe('\x88\x0d\x0d\xadbad request');
  client.end(Buffer.alloc(100_000));
  await vi.waitUntil(() => heard.length > 0);
  expect(heard).toEqual(['closed']);
});

test('a client that does not answer a close frame is cut off after five seconds', async () => {
  const { client, transport, heard } = await wirePair();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  transport.close(3_000, '');
  transport.close(3_001, 'again');
  vi.advanceTimersByTime(4_999);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(framesIn(await heardUntilEnd(client))).toBe('\x88\x02\x0b\xb8');
  expect(heard).toEqual(['closed']);
});

test('a wire that is gone lets go of what waited for it', async () => {
  const { client, transport, heard } = await wirePair();
  while (transport.ready) transport.write(new Outgoing(Buffer.alloc(60_000, 'x')));
  transport.queue(new Outgoing(Buffer.alloc(60_000, 'x')));
  const before = transport.queuedBytes - transport.waitingBytes;
  client.resetAndDestroy();
  await vi.waitUntil(() => heard.includes('closed'));
  expect([before, transport.queuedBytes - transport.waitingBytes]).toEqual([60_001, 0]);
});
