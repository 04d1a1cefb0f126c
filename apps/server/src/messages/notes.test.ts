import type { Message } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { getSession } from '../sessions/session.store.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, theSession } from '../testing/table.ts';
import { storeNote } from './store-message.ts';

const words = 'This one always complains';

/** As a transfer leaves it. */
const notes = async (scene: Scene): Promise<Message> => {
  const sessionId = await theSession(scene);
  return scene.server.app.transact(async (tx) => {
    const author = { type: 'OPERATOR' as const, id: demo.operatorId, name: 'John Smith' };
    return storeNote(tx, await getSession(tx.db, sessionId), author, { body: words });
  });
};
const shown = async (scene: Scene) => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });

test('no way of the client leads to a note', async () => {
  await using scene = await playScene();
  const first = await givenMine(scene);
  let note: Message | undefined;
  const told = await scene.heard(async () => {
    note = await notes(scene);
  });
  if (!note) throw new Error('no note was stored');
  const { id, sessionId } = note;
  expect(told.john).toMatchObject([{ event: 'chatMessageCreated', data: { id, type: 'NOTE', body: words } }]);
  const client = scene.client;
  const heard = await scene.heard(async () => {
    const params = { sessionId, messageId: id };
    await scene.john.call('editMessage', { params, body: { body: `${words}!` } });
    await scene.john.call('readSession', { params, body: { messageId: id } });
    await scene.john.call('sendMessage', { params, body: { body: 'Good morning' } });
    await client.call('widgetTyping');
    await finish(scene);
    await scene.john.call('deleteMessage', { params });
    await say(scene, 'And again');
  });
  const { sessionId: _, ...read } = heard.client.find(({ event }) => event === 'chatMessageRead')?.data ?? {};
  expect(read).toEqual({ messageId: first.id, number: 2, readAt: expect.any(String) });
  const answers = [
    told.client,
    heard.client,
    await client.call('widgetOpen', { body: { guid: demo.channelId, clientToken: client.token } }),
    await client.call('widgetMessages', { query: { limit: 1000 } }),
    await client.call('widgetMessages', { query: { before: id } }).catch(refusal),
    await client.call('widgetMessages', { query: { after: id } }).catch(refusal),
    await client.call('widgetMessages', { query: { after: first.id } }),
    await client.call('widgetRead', { body: { messageId: id } }).catch(refusal),
    await say(scene, 'What is that?', { replyToMessageId: id }).catch(refusal),
    await client.call('widgetFinish'),
  ];
  for (const answer of answers) {
    expect(JSON.stringify(answer)).not.toContain('complains');
    expect(JSON.stringify(answer)).not.toContain('NOTE');
    expect(JSON.stringify(answer)).not.toContain(id);
  }
  const unknown = { status: 400, code: 'invalid_request' };
  expect(answers.slice(4, 6)).toMatchObject([unknown, unknown]);
  expect(answers[7]).toMatchObject({ status: 404, code: 'not_found' });
  expect(answers[8]).toMatchObject({ status: 400, code: 'invalid_request' });
  const seen = (await client.call('widgetMessages', { query: { limit: 1000 } })).items ?? [];
  expect(seen.map(({ body }) => body)).toEqual(['Hello', 'Good morning', 'And again']);
  expect((await client.call('widgetMessages')).count).toBe(3);
});

test('an operator cannot carry a note to the client by replying to it', async () => {
  await using scene = await playScene();
  await givenMine(scene);
  const { id: replyToMessageId, sessionId } = await notes(scene);
  const body = { body: 'As we say', replyToMessageId };
  expect(await scene.john.call('sendMessage', { params: { sessionId }, body }).catch(refusal)).toMatchObject({
    status: 400,
    code: 'invalid_request',
  });
});

test('a note answers nobody and is read by no client: who waits still waits', async () => {
  await using scene = await playScene();
  await givenMine(scene);
  const before = await shown(scene);
  scene.server.clock.advance(1000);
  await notes(scene);
  expect(await shown(scene)).toEqual({
    ...before,
    messageCount: 2,
    revision: before.revision + 1,
    lastMessage: expect.objectContaining({ type: 'NOTE', body: words }),
    lastMessageCreatedAt: '2026-03-02T09:00:01.000Z',
  });
  expect(before).toMatchObject({ unreadClientMessageCount: 1 });
  const { sessionId } = await scene.client.call('widgetSend', { body: { body: 'Anybody?' } });
  const { id: messageId } = await scene.john.call('sendMessage', { params: { sessionId }, body: { body: 'Yes' } });
  await scene.client.call('widgetRead', { body: { messageId } });
  const { items = [] } = await scene.john.call('messages', { params: { sessionId } });
  expect(items.map(({ type, authorType, readAt }) => [type, authorType, readAt !== null])).toEqual([
    ['TEXT', 'CLIENT', false],
    ['NOTE', 'OPERATOR', false],
    ['TEXT', 'CLIENT', false],
    ['TEXT', 'OPERATOR', true],
  ]);
});

test('in help a note reaches whoever has it open, and neither colleagues nor the client', async () => {
  await using scene = await playScene();
  const { sessionId } = await givenHelp(scene);
  await scene.sarah.call('watchSession', { params: { sessionId } });
  expect(await scene.told(() => notes(scene))).toEqual({ sarah: ['sarah: chatMessageCreated'] });
});

test('an operator writes a note: heard by who has the session, seen by who leads, never by the client', async () => {
  await using scene = await playScene();
  await givenMine(scene);
  const sessionId = await theSession(scene);
  const write = (who: 'john' | 'sarah' | 'admin') =>
    scene[who].call('sendMessage', { params: { sessionId }, body: { body: words, type: 'NOTE' } });
  expect(await scene.told(() => write('john'))).toEqual({ john: ['john: chatMessageCreated'] });
  expect(await write('admin')).toMatchObject({ type: 'NOTE', authorName: 'Administrator', body: words });
  expect(await write('sarah').catch(refusal)).toMatchObject({ status: 403, code: 'not_your_session' });
  expect((await scene.client.call('widgetMessages')).items?.map(({ body }) => body)).toEqual(['Hello']);
});

test('a note in help changes the row that everybody sees', async () => {
  await using scene = await playScene();
  await givenHelp(scene);
  const params = { sessionId: await theSession(scene) };
  const told = await scene.told(() => scene.admin.call('sendMessage', { params, body: { body: words, type: 'NOTE' } }));
  expect(told).toEqual(inScope('chatSessionUpdated'));
});
