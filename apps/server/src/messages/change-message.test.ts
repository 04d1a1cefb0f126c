import type { Message } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { getSession } from '../sessions/session.store.ts';
import { dump } from '../testing/dump.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenMine, inScope, refusal, say, table, theSession } from '../testing/table.ts';
import { storeNote } from './store-message.ts';

type Name = 'john' | 'sarah' | 'admin' | 'billing';
const writes = async (scene: Scene, body = 'Good morning', more: { replyToMessageId?: string } = {}) =>
  scene.john.call('sendMessage', { params: { sessionId: await theSession(scene) }, body: { body, ...more } });
const notes = async (scene: Scene, body = 'Mind the tone'): Promise<Message> => {
  const sessionId = await theSession(scene);
  return scene.server.app.transact(async (tx) => {
    const author = { type: 'OPERATOR' as const, id: 101, name: 'John Smith' };
    return storeNote(tx, await getSession(tx.db, sessionId), author, { body });
  });
};
const messagesOf = async (scene: Scene) =>
  (await scene.john.call('messages', { params: { sessionId: await theSession(scene) }, query: { limit: 1000 } }))
    .items ?? [];
const answer = async (scene: Scene) => {
  const found = (await messagesOf(scene)).findLast(({ authorType }) => authorType === 'OPERATOR');
  if (!found) throw new Error('no operator has written');
  return found;
};
const edits = async (scene: Scene, body = 'Good evening', name: Name = 'john') => {
  const { sessionId, id: messageId } = await answer(scene);
  return scene[name].call('editMessage', { params: { sessionId, messageId }, body: { body } });
};
const deletes = async (scene: Scene, name: Name = 'john') => {
  const { sessionId, id: messageId } = await answer(scene);
  return scene[name].call('deleteMessage', { params: { sessionId, messageId } });
};
const lastMessage = async (scene: Scene) =>
  (await scene.john.call('session', { params: { sessionId: await theSession(scene) } })).lastMessage;
const policy = (
  { server }: Scene,
  change: { may_edit?: number; may_delete?: number; change_seconds?: number | null },
) => server.app.transact((tx) => tx.db.updateTable('organizations').set(change).where('id', '=', 24).execute());

const givenAnswer = async (scene: Scene) => {
  await givenMine(scene);
  await writes(scene);
};
const givenAnswerThenMore = async (scene: Scene) => {
  await givenAnswer(scene);
  await say(scene, 'Thanks');
};
const toldBoth = (event: string) => ({ john: [`john: ${event}`], client: [`client: ${event}`] });
const toldLast = (event: string) => ({ ...toldBoth(event), john: [`john: ${event}`, 'john: chatSessionUpdated'] });

describe('editing', () => {
  table([
    {
      does: 'the last message: its session shows it',
      given: givenAnswer,
      act: (scene) => edits(scene),
      answers: { number: 2, body: 'Good evening', authorId: 101, deletedAt: null },
      told: toldLast('chatMessageEdited'),
    },
    {
      does: 'a message that others follow',
      given: givenAnswerThenMore,
      act: (scene) => edits(scene),
      answers: { number: 2, body: 'Good evening' },
      told: toldBoth('chatMessageEdited'),
    },
    {
      does: 'in a session that was closed since: everyone in scope sees its last message, its operators nothing more',
      given: async (scene) => {
        await givenAnswer(scene);
        const params = { sessionId: await theSession(scene), userId: 102 };
        await scene.john.call('addSessionOperator', { params });
        await finish(scene);
      },
      act: (scene) => edits(scene),
      answers: { body: 'Good evening' },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatMessageEdited'] },
    },
    {
      does: 'a note: the client hears nothing',
      given: async (scene) => {
        await givenMine(scene);
        await notes(scene);
      },
      act: (scene) => edits(scene),
      answers: { type: 'NOTE', body: 'Good evening' },
      told: { john: ['john: chatMessageEdited', 'john: chatSessionUpdated'] },
    },
    { does: 'into the same words', given: givenAnswer, act: (scene) => edits(scene, 'Good morning') },
    {
      does: 'a message of a colleague',
      given: givenAnswer,
      act: (scene) => edits(scene, 'Mine', 'sarah'),
      refuses: { status: 403, code: 'not_your_message' },
    },
    {
      does: 'a message of an operator, though administrator',
      given: givenAnswer,
      act: (scene) => edits(scene, 'Mine', 'admin'),
      refuses: { status: 403, code: 'not_your_message' },
    },
    {
      does: "the client's words",
      given: givenMine,
      act: async (scene) => {
        const [first] = await messagesOf(scene);
        const params = { sessionId: first?.sessionId ?? '', messageId: first?.id ?? '' };
        return scene.john.call('editMessage', { params, body: { body: 'Other words' } });
      },
      refuses: { status: 403, code: 'not_your_message' },
    },
    {
      does: 'in another organization',
      given: givenAnswer,
      act: (scene) => edits(scene, 'Mine', 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'a message of another session than the one named',
      given: async (scene) => {
        await givenAnswer(scene);
        await scene.sarah.call('pause');
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: async (scene) => {
        const { id: messageId } = await answer(scene);
        const other = (await scene.otherClient.call('widgetMessages')).items?.[0];
        const params = { sessionId: other?.sessionId ?? '', messageId };
        return scene.john.call('editMessage', { params, body: { body: 'There' } });
      },
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'into nothing',
      given: givenAnswer,
      act: (scene) => edits(scene, ' \n'),
      refuses: { status: 422, code: 'empty_message' },
    },
    {
      does: 'into too many words',
      given: givenAnswer,
      // One character for a person, two for a computer.
      act: (scene) => edits(scene, '😀'.repeat(5001)),
      refuses: { status: 422, code: 'message_too_long' },
    },
    {
      does: 'what was deleted',
      given: async (scene) => {
        await givenAnswer(scene);
        await deletes(scene);
      },
      act: (scene) => edits(scene),
      refuses: { status: 422, code: 'too_late' },
    },
  ]);

  test('what was told is what is answered and what everybody reads', async () => {
    await using scene = await playScene();
    await givenAnswer(scene);
    scene.server.clock.advance(5000);
    let edited: Message | undefined;
    const heard = await scene.heard(async () => {
      edited = await edits(scene, 'No, '.repeat(100));
    });
    expect(edited).toMatchObject({ editedAt: '2026-03-02T09:00:05.000Z', updatedAt: '2026-03-02T09:00:05.000Z' });
    expect(heard.john[0]?.data).toEqual(edited);
    expect(heard.client[0]?.data).toEqual(edited);
    expect((await messagesOf(scene)).at(-1)).toEqual(edited);
    expect((await scene.client.call('widgetMessages')).items?.at(-1)).toEqual(edited);
    expect((await lastMessage(scene))?.body).toBe(`${'No, '.repeat(50)}…`);
  });

  test('within one moment is told from what was before, and a last message that was read stays read', async () => {
    await using scene = await playScene();
    await givenAnswer(scene);
    const { id: messageId, updatedAt } = await answer(scene);
    await scene.client.call('widgetRead', { body: { messageId } });
    const one = await edits(scene, 'one');
    const two = await edits(scene, 'two');
    expect(updatedAt < one.updatedAt && one.updatedAt < two.updatedAt).toBe(true);
    expect(await lastMessage(scene)).toMatchObject({ body: 'two', readAt: '2026-03-02T09:00:00.000Z' });
  });

  test('two at once: each version is kept once', async () => {
    await using scene = await playScene();
    await givenAnswer(scene);
    const { sessionId, id: messageId } = await answer(scene);
    await Promise.all(Array.from({ length: 8 }, (_, n) => edits(scene, `edited ${n}`)));
    const { count, items = [] } = await scene.john.call('messageHistory', { params: { sessionId, messageId } });
    const bodies = [...items.map(({ body }) => body), (await answer(scene)).body];
    expect(count).toBe(8);
    expect([...bodies].sort()).toEqual(['Good morning', ...Array.from({ length: 8 }, (_, n) => `edited ${n}`)]);
  });
});

describe('deleting', () => {
  table([
    {
      does: 'the last message: its session shows no words',
      given: givenAnswer,
      act: (scene) => deletes(scene),
      answers: { number: 2, body: '', editedAt: null },
      told: toldLast('chatMessageDeleted'),
    },
    {
      does: 'a message that others follow',
      given: givenAnswerThenMore,
      act: (scene) => deletes(scene),
      answers: { number: 2, body: '' },
      told: toldBoth('chatMessageDeleted'),
    },
    {
      does: 'twice: nothing more',
      given: async (scene) => {
        await givenAnswer(scene);
        await deletes(scene);
      },
      act: (scene) => deletes(scene),
      answers: { number: 2, body: '' },
    },
    {
      does: 'a note: the client hears nothing',
      given: async (scene) => {
        await givenMine(scene);
        await notes(scene);
      },
      act: (scene) => deletes(scene),
      told: { john: ['john: chatMessageDeleted', 'john: chatSessionUpdated'] },
    },
    {
      does: 'a message of a colleague',
      given: givenAnswer,
      act: (scene) => deletes(scene, 'sarah'),
      refuses: { status: 403, code: 'not_your_message' },
    },
    {
      does: 'in another organization',
      given: givenAnswer,
      act: (scene) => deletes(scene, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
  ]);

  test('leaves its place, and its words nowhere but in its history', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const first = await writes(scene, 'The secret');
    await edits(scene, 'Another secret');
    await writes(scene, 'As I said', { replyToMessageId: first.id });
    await finish(scene);
    await scene.sarah.call('pause');
    await say(scene, 'Again about that', { replyToMessageId: first.id });
    scene.server.clock.advance(1000);
    const params = { sessionId: first.sessionId, messageId: first.id };
    const deleted = await scene.john.call('deleteMessage', { params });
    expect(deleted).toMatchObject({ number: 2, body: '', deletedAt: '2026-03-02T09:00:01.000Z' });
    const clientId = scene.client.clientId;
    const everywhere = [
      await scene.john.call('messages', { params, query: { limit: 1000 } }),
      await scene.john.call('clientMessages', { params: { clientId } }),
      await scene.john.call('sessions', { query: { clientId } }),
      await scene.client.call('widgetMessages'),
      await scene.client.call('widgetOpen', { body: { guid: demo.channelId, clientToken: scene.client.token } }),
    ];
    expect(JSON.stringify(everywhere)).toContain('As I said');
    expect(JSON.stringify(everywhere)).not.toContain('secret');
    const history = await scene.sarah.call('messageHistory', { params });
    expect(history).toEqual({
      count: 2,
      items: [
        { body: 'The secret', operatorId: 101, at: '2026-03-02T09:00:00.000Z' },
        { body: 'Another secret', operatorId: 101, at: '2026-03-02T09:00:00.001Z' },
      ],
    });
  });

  test('is heard by who has a later session in which it is quoted', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const { id: messageId, sessionId } = await writes(scene);
    await finish(scene);
    await scene.john.call('pause');
    await say(scene, 'Again about that', { replyToMessageId: messageId });
    const told = await scene.told(() => scene.john.call('deleteMessage', { params: { sessionId, messageId } }));
    expect(told.sarah).toEqual(['sarah: chatMessageDeleted', 'org: chatSessionUpdated']);
    expect(told.client).toEqual(['client: chatMessageDeleted']);
  });
});

describe("the organization's policy", () => {
  test.each([
    ['edit', 'may_edit'],
    ['delete', 'may_delete'],
  ] as const)('may forbid to %s', async (what, column) => {
    await using scene = await playScene();
    await givenAnswer(scene);
    await policy(scene, { [column]: 0 });
    const before = await dump(scene.server);
    const act = () => (what === 'edit' ? edits(scene) : deletes(scene));
    expect(await act().catch(refusal)).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await dump(scene.server)).toBe(before);
    await policy(scene, { [column]: 1 });
    expect(await act()).toMatchObject({ number: 2 });
  });

  test('may set a time, to the second, also where the session is closed', async () => {
    await using scene = await playScene();
    await givenAnswer(scene);
    await policy(scene, { change_seconds: 60 });
    await finish(scene);
    scene.server.clock.advance(60_000);
    expect(await edits(scene, 'In time')).toMatchObject({ body: 'In time' });
    scene.server.clock.advance(1);
    const before = await dump(scene.server);
    for (const act of [() => edits(scene, 'Too late'), () => deletes(scene)]) {
      expect(await act().catch(refusal)).toMatchObject({ status: 422, code: 'too_late' });
    }
    expect(await dump(scene.server)).toBe(before);
    await policy(scene, { change_seconds: 1 });
    const sentence = 'A message may be changed for 1 s. Send another one.';
    expect(await edits(scene, 'Too late').catch(refusal)).toMatchObject({ message: sentence });
    await policy(scene, { change_seconds: null });
    expect(await deletes(scene)).toMatchObject({ body: '' });
    // Said again after its time, it is still done.
    await policy(scene, { change_seconds: 60 });
    expect(await deletes(scene)).toMatchObject({ body: '' });
  });
});

describe('the history', () => {
  test('has the newest versions, oldest first, as many as asked for', async () => {
    await using scene = await playScene();
    await givenAnswer(scene);
    const { sessionId, id: messageId } = await answer(scene);
    const params = { sessionId, messageId };
    expect(await scene.john.call('messageHistory', { params })).toEqual({ count: 0, items: [] });
    for (let n = 1; n <= 12; n++) await edits(scene, `edit ${n}`);
    const bodies = async (query: { limit?: number }) =>
      (await scene.john.call('messageHistory', { params, query })).items?.map(({ body }) => body);
    expect(await bodies({})).toEqual(Array.from({ length: 10 }, (_, n) => `edit ${n + 2}`));
    expect(await bodies({ limit: 2 })).toEqual(['edit 10', 'edit 11']);
  });

  table([
    {
      does: 'of a message of another session',
      given: async (scene) => {
        await givenAnswer(scene);
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: async (scene) => {
        const { id: messageId } = await answer(scene);
        const other = (await scene.otherClient.call('widgetMessages')).items?.[0];
        return scene.john.call('messageHistory', { params: { sessionId: other?.sessionId ?? '', messageId } });
      },
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'in another organization',
      given: givenAnswer,
      act: async (scene) => {
        const { sessionId, id: messageId } = await answer(scene);
        return scene.billing.call('messageHistory', { params: { sessionId, messageId } });
      },
      refuses: { status: 404, code: 'not_found' },
    },
  ]);
});
