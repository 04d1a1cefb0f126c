import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';

test.each([
  ['nothing has been asked', ''],
  ['half a request has come', 'GET /livez HTTP/1.1\r\nHost:'],
])('a stop does not wait for a connection on which %s', async (_, bytes) => {
  const server = await startTestServer();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
  const accepted = once(server.http.server, 'connection');
  await once(socket, 'connect');
  await accepted;
  if (bytes !== '') await new Promise((written) => socket.write(bytes, written));
  const closed = new Promise((done) => socket.once('close', done));
  const startedAt = performance.now();
  await server[Symbol.asyncDispose]();
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
