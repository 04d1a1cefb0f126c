import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('a message reaches the operator, and the answer comes back', async () => {
  const operator = await server.asOperator();
  const panel = await operator.listen();
  await panel.until('operatorStatusChanged', ({ presence }) => presence === 'online');
  const client = await server.asClient();
  const widget = await client.listen();
  const sent = await client.call('widgetSend', { body: { body: 'Where is my order?', localId: 'one' } });
  expect(sent).toMatchObject({ number: 1, authorType: 'CLIENT', body: 'Where is my order?', localId: 'one' });

  const added = await panel.until('chatSessionAdded');
  expect(added.data).toMatchObject({ id: sent.sessionId, status: 'ACTIVE', operatorId: 101, reason: 'routing' });
  expect((await panel.until('chatMessageCreated')).data).toEqual(sent);

  const answer = await operator.call('sendMessage', {
    params: { sessionId: sent.sessionId },
    body: { body: 'On its way.' },
  });
  expect((await widget.until('chatMessageCreated', ({ id }) => id === answer.id)).data).toEqual(answer);
});

test('the same localId is the same message, however often and however parallel', async () => {
  const client = await server.asClient();
  const tries = Array.from({ length: 20 }, () => client.call('widgetSend', { body: { body: 'Once', localId: 'x' } }));
  const ids = new Set((await Promise.all(tries)).map(({ id }) => id));
  expect(ids.size).toBe(1);
  expect((await client.call('widgetMessages')).items?.filter(({ body }) => body === 'Once')).toHaveLength(1);
});

test('fifty first messages at once make one session, and each is there once and in order', async () => {
  const client = await server.asClient();
  const bodies = Array.from({ length: 50 }, (_, index) => `message ${index}`);
  const sent = await Promise.all(bodies.map((body) => client.call('widgetSend', { body: { body } })));
  expect(new Set(sent.map(({ sessionId }) => sessionId)).size).toBe(1);
  const { items = [] } = await client.call('widgetMessages', { query: { limit: 1000 } });
  const own = items.filter(({ authorType }) => authorType === 'CLIENT');
  expect(own.map(({ body }) => body).sort()).toEqual([...bodies].sort());
  expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index + 1));
});
