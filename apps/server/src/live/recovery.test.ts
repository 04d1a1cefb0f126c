import { connect as connectTo } from 'node:net';
import { disconnects } from '@switchboard/centrifuge-server';
import { NetworkError } from '@switchboard/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cable, layCable } from '../testing/cable.ts';
import { eventually, fence, isFence } from '../testing/fence.ts';
import { type Listener, listen } from '../testing/listen.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let cable: Cable;
let operator: Caller;
let client: ClientCaller;
let panel: Listener;
let widget: Listener;
let sessionId: string;

beforeEach(async () => {
  server = await startTestServer();
  cable = await layCable(server.url);
  operator = await server.asOperator();
  client = await server.asClient();
  panel = await listen(cable.url, operator.token);
  widget = await listen(cable.url, client.token, 'widget');
  await server.settled();
  ({ sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } }));
  await fence(server, [panel, widget]);
});
afterEach(async () => {
  panel.close();
  widget.close();
  await cable[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const asks = (body: string) => client.call('widgetSend', { body: { body } });
const answers = (body: string) => operator.call('sendMessage', { params: { sessionId }, body: { body } });
const bodies = (line: Listener) =>
  line.heard.filter(({ event }) => event === 'chatMessageCreated').map(({ data }) => data.body);

/** Every offset of every feed since the first connect: once, in order, without a hole, up to the top. */
async function expectEveryEventOnce(line: Listener): Promise<void> {
  const feeds = await server.app.read.selectFrom('feeds').selectAll().execute();
  const tops = new Map(feeds.map(({ name, top }) => [name, top]));
  for (const feed of line.feeds()) {
    const first = line.subscribed.find((one) => one.feed === feed)?.offset ?? 0;
    const offsets = line.heard
      .filter((one) => one.feed === feed && one.offset !== undefined)
      .map(({ offset }) => offset);
    const all = Array.from({ length: (tops.get(feed) ?? 0) - first }, (_, index) => first + 1 + index);
    expect([feed, offsets]).toEqual([feed, all]);
  }
}

test('a line that is cut again and again misses nothing and hears nothing twice', async () => {
  const told = ['Hello'];
  for (let round = 0; round < 8; round++) {
    const names = Array.from({ length: 12 }, (_, index) => `${round}.${index}`);
    const writing = names.map(async (name, index) => {
      await (index % 2 === 0 ? asks(name) : answers(name));
      // In the middle of them, each time elsewhere.
      if (index === round) cable.cut();
    });
    await Promise.all(writing);
    told.push(...names);
  }
  await fence(server, [panel, widget]);
  for (const line of [panel, widget]) {
    expect(line.comebacks.length).toBeGreaterThan(0);
    expect(line.subscribed.filter(({ wasRecovering, recovered }) => wasRecovering && !recovered)).toEqual([]);
    expect(bodies(line).sort()).toEqual([...told].sort());
    await expectEveryEventOnce(line);
  }
});

test('a long absence is made up for at once', async () => {
  cable.pull();
  await eventually(() => server.live.server.stats().connections === 0);
  for (let n = 1; n <= 50; n++) await (n % 2 === 0 ? asks(`${n}`) : answers(`${n}`));
  const back = [panel.connected(), widget.connected()];
  cable.plug();
  await Promise.all(back);
  await fence(server, [panel, widget]);
  for (const line of [panel, widget]) {
    expect(bodies(line)).toEqual(['Hello', ...Array.from({ length: 50 }, (_, index) => `${index + 1}`)]);
    await expectEveryEventOnce(line);
  }
});

test('who disconnects and connects again with the same client keeps the place', async () => {
  panel.centrifuge.disconnect();
  widget.centrifuge.disconnect();
  await eventually(() => server.live.server.stats().connections === 0);
  await asks('Still there?');
  await answers('Yes.');
  const back = [panel.connected(), widget.connected()];
  panel.centrifuge.connect();
  widget.centrifuge.connect();
  await Promise.all(back);
  await eventually(() => [panel, widget].every((line) => bodies(line).length === 3));
  for (const line of [panel, widget]) {
    expect(bodies(line)).toEqual(['Hello', 'Still there?', 'Yes.']);
    await expectEveryEventOnce(line);
  }
});

test('a stop says 3001, and across the restart nothing is missing and nothing double', async () => {
  const told = ['Hello'];
  for (let round = 0; round < 3; round++) {
    const back = [panel.connected(), widget.connected()];
    const last = answers(`${round} before`);
    await last;
    server = await server.restart();
    // Before the connections are back, or after: both must be heard.
    await asks(`${round} after`);
    await Promise.all(back);
    told.push(`${round} before`, `${round} after`);
  }
  await fence(server, [panel, widget]);
  for (const line of [panel, widget]) {
    expect(line.comebacks.filter((code) => code === disconnects.shutdown.code)).toHaveLength(3);
    expect(line.subscribed.filter(({ wasRecovering, recovered }) => wasRecovering && !recovered)).toEqual([]);
    expect(bodies(line)).toEqual(told);
    await expectEveryEventOnce(line);
  }
});

test('a place that is too old is told, feed by feed, and what follows is heard again', async () => {
  cable.pull();
  await eventually(() => server.live.server.stats().connections === 0);
  await asks('Missed for good');
  await server.app.transact((tx) => tx.db.deleteFrom('events').where('feed', 'like', 'operator:%').execute());
  const back = [panel.connected(), widget.connected()];
  cable.plug();
  await Promise.all(back);
  const again = panel.subscribed.filter(({ wasRecovering }) => wasRecovering);
  expect(again.map(({ feed, recovered }) => [feed, recovered]).sort()).toEqual([
    ['operator:101', false],
    ['organization:24', true],
  ]);
  expect(widget.subscribed.filter(({ wasRecovering }) => wasRecovering)).toMatchObject([{ recovered: true }]);
  await answers('From here on');
  await fence(server, [panel, widget]);
  expect(bodies(panel)).toEqual(['Hello', 'From here on']);
  expect(bodies(widget)).toEqual(['Hello', 'Missed for good', 'From here on']);
});

test('events past their hours are tidied away, and who was away longer is told to load again', async () => {
  cable.pull();
  await eventually(() => server.live.server.stats().connections === 0);
  await asks('Long ago');
  server.clock.advance(11 * 3600_000);
  await asks('Just now');
  await server.app.transact((tx) =>
    tx.db
      .deleteFrom('events')
      .where('at', '<', server.clock.now() - 3600_000)
      .execute(),
  );
  const back = widget.connected();
  cable.plug();
  await back;
  expect(widget.subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: false });
  await fence(server, [widget]);
  expect(widget.heard.filter((one) => !isFence(one)).map(({ data }) => data.body)).not.toContain('Just now');
});

test('a request under way gets its whole answer, also when the server is told to stop meanwhile', async () => {
  const body = JSON.stringify({ body: 'Do not cut me off', localId: 'last' });
  const begun = new Promise((resolve) => server.http.server.once('request', resolve));
  const socket = connectTo(Number(new URL(server.url).port), 'localhost');
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (data) => (text += data));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  socket.write(
    [
      'POST /api/v1/widget/messages HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${client.token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '\r\n',
    ].join('\r\n') + body.slice(0, 10),
  );
  await begun;
  const restarting = server.restart();
  await eventually(() => panel.comebacks.includes(disconnects.shutdown.code));
  socket.write(body.slice(10));
  expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
  server = await restarting;
  const { items = [] } = await client.call('widgetMessages');
  expect(items.filter(({ localId }) => localId === 'last')).toHaveLength(1);
});

test('messages sent into a stop are stored when they were acknowledged, and never twice when they are sent again', async () => {
  for (let round = 0; round < 3; round++) {
    const names = Array.from({ length: 30 }, (_, index) => `${round}.${index}`);
    const send = (localId: string) => client.call('widgetSend', { body: { body: localId, localId } });
    const tries = names.map((name) => send(name).catch((error: unknown) => error));
    const restarting = server.restart();
    const outcomes = await Promise.all(tries);
    server = await restarting;
    const stored = async () =>
      ((await client.call('widgetMessages', { query: { limit: 1000 } })).items ?? []).filter(({ localId }) =>
        names.includes(localId ?? ''),
      );
    const before = new Map((await stored()).map((message) => [message.localId, message.id]));
    for (const outcome of outcomes) {
      if (outcome instanceof NetworkError) continue;
      if (outcome instanceof Error) expect(outcome).toMatchObject({ status: 503 });
      else expect(before.get((outcome as { localId: string }).localId)).toBe((outcome as { id: string }).id);
    }
    const again = await Promise.all(names.map(send));
    for (const { localId, id } of again) expect(before.get(localId) ?? id).toBe(id);
    expect(await stored()).toHaveLength(names.length);
  }
});
