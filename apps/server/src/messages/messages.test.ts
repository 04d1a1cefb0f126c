import { describe, expect, test } from 'vitest';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, table, theSession } from '../testing/table.ts';

type Extra = { localId?: string; replyToMessageId?: string; expectedLastMessageId?: string; controlEpoch?: number };
const writes = async (
  scene: Scene,
  name: 'john' | 'sarah' | 'admin' | 'billing',
  body = 'Good morning',
  more: Extra = {},
) => scene[name].call('sendMessage', { params: { sessionId: await theSession(scene) }, body: { body, ...more } });
const shown = async (scene: Scene) => scene.john.call('session', { params: { sessionId: await theSession(scene) } });
const messagesOf = async (scene: Scene, name: 'john' | 'sarah' | 'admin' = 'john') =>
  (await scene[name].call('messages', { params: { sessionId: await theSession(scene) }, query: { limit: 1000 } }))
    .items ?? [];

const given = async (scene: Scene) => void (await givenMine(scene));
const givenClosed = async (scene: Scene) => {
  await givenMine(scene);
  await finish(scene);
};
const said = { john: ['john: chatMessageCreated'], client: ['client: chatMessageCreated'] };
const sessionOpened = {
  ...inScope('chatSessionStarted', 'chatSessionUpdated', 'operatorStatusChanged'),
  john: [
    'org: chatSessionStarted',
    'john: chatSessionAdded',
    'org: chatSessionUpdated',
    'org: operatorStatusChanged',
    'john: chatMessageCreated',
  ],
  client: ['client: chatSessionUpdated', 'client: chatMessageCreated'],
};

describe('a client writes', () => {
  table([
    {
      does: 'the first message: opens a session, which is routed',
      act: (scene) => say(scene),
      answers: { number: 1, authorType: 'CLIENT', body: 'Hello', type: 'TEXT', readAt: null },
      told: sessionOpened,
    },
    {
      does: 'the first message while nobody accepts: it waits in help, and is told so after what was said',
      given: async (scene) => {
        await scene.john.call('pause');
        await scene.sarah.call('pause');
      },
      act: (scene) => say(scene),
      answers: { number: 1, authorType: 'CLIENT' },
      told: {
        ...inScope('chatSessionStarted', 'operatorNotFound', 'chatSessionUpdated'),
        client: ['client: chatMessageCreated', 'client: chatMessageCreated', 'client: chatSessionUpdated'],
      },
    },
    { does: 'to the operator who has it', given, act: (scene) => say(scene), answers: { number: 2 }, told: said },
    {
      does: 'in help: everyone in scope sees the session change, nobody the words as a message of theirs',
      given: givenHelp,
      act: (scene) => say(scene),
      answers: { number: 3 },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatMessageCreated', 'client: chatSessionUpdated'] },
    },
    {
      does: 'to a session that was just closed: a new one',
      given: async (scene) => {
        await scene.sarah.call('pause');
        await givenClosed(scene);
      },
      act: (scene) => say(scene),
      answers: { number: 1 },
      told: sessionOpened,
    },
    {
      does: 'again what was stored: the first message, and no event',
      given: (scene) => say(scene, 'Hello', { localId: 'a' }),
      act: (scene) => say(scene, 'Hello', { localId: 'a' }),
      answers: { number: 1, localId: 'a' },
    },
    {
      does: 'again what was stored in a session that is closed by now: no other opens',
      given: async (scene) => {
        await say(scene, 'Hello', { localId: 'a' });
        await finish(scene);
      },
      act: (scene) => say(scene, 'Hello', { localId: 'a' }),
      answers: { number: 1, localId: 'a', body: 'Hello' },
    },
    {
      does: 'again what was stored in an earlier session, while another is open',
      given: async (scene) => {
        await say(scene, 'Hello', { localId: 'a' });
        await finish(scene);
        await say(scene, 'Back again', { localId: 'b' });
      },
      act: (scene) => say(scene, 'Hello', { localId: 'a' }),
      answers: { number: 1, localId: 'a', body: 'Hello' },
    },
    {
      does: 'only spaces',
      given,
      act: (scene) => say(scene, ' \n '),
      refuses: { status: 422, code: 'empty_message' },
    },
    {
      does: 'only spaces as the first message: no session opens',
      act: (scene) => say(scene, ' '),
      refuses: { status: 422, code: 'empty_message' },
    },
    {
      does: 'in reply to words of another client',
      given,
      act: async (scene) => {
        const other = await scene.otherClient.call('widgetSend', { body: { body: 'Mine' } });
        return say(scene, 'What?', { replyToMessageId: other.id });
      },
      refuses: { status: 400, code: 'invalid_request' },
      told: {
        ...inScope('chatSessionStarted', 'chatSessionUpdated', 'operatorStatusChanged'),
        sarah: [
          'org: chatSessionStarted',
          'sarah: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
          'sarah: chatMessageCreated',
        ],
        otherClient: ['otherClient: chatSessionUpdated', 'otherClient: chatMessageCreated'],
      },
    },
    {
      does: 'while banned',
      given: async (scene) => {
        await givenMine(scene);
        await ban(scene);
      },
      act: (scene) => say(scene),
      refuses: { status: 403, code: 'client_banned' },
    },
    {
      does: 'the first words while banned',
      given: (scene) => ban(scene),
      act: (scene) => say(scene),
      refuses: { status: 403, code: 'client_banned' },
    },
  ]);

  const ban = (scene: Scene) =>
    scene.server.app.transact((tx) =>
      tx.db.updateTable('clients').set({ banned_at: tx.at }).where('id', '=', scene.client.clientId).execute(),
    );

  test('what is told of a message is the message, and the session that a load would show', async () => {
    await using scene = await playScene();
    await givenHelp(scene);
    const heard = await scene.heard(() => say(scene, 'Anybody there?'));
    const session = await shown(scene);
    expect(session).toMatchObject({ status: 'HELP', messageCount: 3, unreadClientMessageCount: 2 });
    expect(heard.john.at(-1)?.data).toEqual(session);
    const messages = await messagesOf(scene);
    expect(messages.map(({ number, authorType }) => [number, authorType])).toEqual([
      [1, 'CLIENT'],
      [2, 'SYSTEM'],
      [3, 'CLIENT'],
    ]);
    expect(heard.client[0]?.data).toEqual(messages[2]);
    expect((await scene.client.call('widgetMessages')).items).toEqual(messages);
  });
});

describe('an operator writes', () => {
  table([
    {
      does: 'to the client',
      given,
      act: (scene) => writes(scene, 'john'),
      answers: { number: 2, authorType: 'OPERATOR', authorId: 101, authorName: 'John Smith', body: 'Good morning' },
      told: said,
    },
    {
      does: 'in a session of a colleague',
      given,
      act: (scene) => writes(scene, 'sarah'),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'in a session of an operator, though administrator',
      given,
      act: (scene) => writes(scene, 'admin'),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'in a session that waits in help',
      given: givenHelp,
      act: (scene) => writes(scene, 'john'),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'in another organization',
      given,
      act: (scene) => writes(scene, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'in a closed session',
      given: givenClosed,
      act: (scene) => writes(scene, 'john'),
      refuses: { status: 422, code: 'session_closed' },
    },
    {
      does: 'nothing',
      given,
      act: (scene) => writes(scene, 'john', ''),
      refuses: { status: 422, code: 'empty_message' },
    },
    {
      does: 'again what was stored',
      given: async (scene) => {
        await givenMine(scene);
        await writes(scene, 'john', 'Once', { localId: 'x' });
      },
      act: (scene) => writes(scene, 'john', 'Once', { localId: 'x' }),
      answers: { number: 2, localId: 'x' },
    },
    {
      does: 'again what was stored, after the session was closed',
      given: async (scene) => {
        await givenMine(scene);
        await writes(scene, 'john', 'Once', { localId: 'x' });
        await finish(scene);
      },
      act: (scene) => writes(scene, 'john', 'Once', { localId: 'x' }),
      answers: { number: 2, localId: 'x' },
    },
    {
      does: 'having seen the last message',
      given,
      act: async (scene) => {
        const [last] = await messagesOf(scene);
        return writes(scene, 'john', 'Seen', last ? { expectedLastMessageId: last.id } : {});
      },
      answers: { number: 2 },
      told: said,
    },
    {
      does: 'not having seen the last ones: told which',
      given: async (scene) => {
        await say(scene, 'one');
        await say(scene, 'two');
        await say(scene, 'three');
      },
      act: async (scene) => {
        const [first] = await messagesOf(scene);
        return writes(scene, 'john', 'Seen?', first ? { expectedLastMessageId: first.id } : {});
      },
      refuses: { status: 409, code: 'newer_messages' },
      answers: { since: [{ body: 'two' }, { body: 'three' }] },
    },
    {
      does: 'expecting a message of another conversation to be the last',
      given: async (scene) => {
        await say(scene, 'one');
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: async (scene) => {
        const other = (await scene.otherClient.call('widgetMessages')).items?.[0];
        return writes(scene, 'john', 'Seen?', { expectedLastMessageId: other?.id ?? '' });
      },
      refuses: { status: 409, code: 'newer_messages' },
    },
    {
      does: 'in reply',
      given,
      act: async (scene) => {
        const [first] = await messagesOf(scene);
        return writes(scene, 'john', 'To that', { replyToMessageId: first?.id ?? '' });
      },
      answers: { number: 2, replyTo: { body: 'Hello', authorType: 'CLIENT' } },
      told: said,
    },
    {
      does: 'in reply to words of another client',
      given: async (scene) => {
        await say(scene, 'one');
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: async (scene) => {
        const other = (await scene.otherClient.call('widgetMessages')).items?.[0];
        return writes(scene, 'john', 'To that', { replyToMessageId: other?.id ?? '' });
      },
      refuses: { status: 400, code: 'invalid_request' },
    },
  ]);

  test('who names the hands it was in is refused when it has changed hands since', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const params = { sessionId: await theSession(scene) };
    const { controlEpoch } = await scene.john.call('session', { params });
    expect(await writes(scene, 'john', 'Mine', { controlEpoch })).toMatchObject({ body: 'Mine' });
    await scene.admin.call('takeSession', { params, body: { force: true } });
    await scene.admin.call('transferSession', { params: { ...params, userId: 101 } });
    expect(await writes(scene, 'john', 'Still mine?', { controlEpoch }).catch(refusal)).toMatchObject({
      status: 409,
      code: 'stale_control',
    });
  });

  test('a repeat after the session went to a colleague gets the first answer; new words are refused', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const first = await writes(scene, 'john', 'Once', { localId: 'x' });
    const company = await scene.server.asCompany();
    await company.call('operatorStatus', { body: { id: 101, status: 1 } });
    await company.call('operatorStatus', { body: { id: 101, status: 0 } });
    const again = await scene.server.asOperator(101);
    const params = { sessionId: first.sessionId };
    expect(await again.call('sendMessage', { params, body: { body: 'Once', localId: 'x' } })).toEqual(first);
    const other = await again.call('sendMessage', { params, body: { body: 'More', localId: 'y' } }).catch(refusal);
    expect(other).toMatchObject({ status: 403, code: 'not_your_session' });
    // A colleague's program may count its localIds from the same start: its words must not be taken for John's.
    const collision = await scene.sarah
      .call('sendMessage', { params, body: { body: 'Mine', localId: 'x' } })
      .catch(refusal);
    expect(collision).toMatchObject({ status: 409, code: 'conflict' });
  });

  test('the same Idempotency-Key answers with the same message, for operator and client', async () => {
    await using scene = await playScene();
    const first = await scene.client.call('widgetSend', { body: { body: 'Hello' }, idempotencyKey: 'k' });
    expect(await scene.client.call('widgetSend', { body: { body: 'Hello' }, idempotencyKey: 'k' })).toEqual(first);
    const send = { params: { sessionId: first.sessionId }, body: { body: 'Hi' }, idempotencyKey: 'k' };
    const answer = await scene.john.call('sendMessage', send);
    expect(await scene.told(async () => expect(await scene.john.call('sendMessage', send)).toEqual(answer))).toEqual(
      {},
    );
    const other = { ...send, body: { body: 'Ho' } };
    expect(await scene.john.call('sendMessage', other).catch(refusal)).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    });
    expect(await messagesOf(scene)).toHaveLength(2);
  });

  test('parallel tries of one message store one and answer alike, of the operator and of the client', async () => {
    await using scene = await playScene();
    for (let round = 1; round <= 10; round++) {
      const tries = Array.from({ length: 8 }, () => say(scene, 'Once', { localId: `${round}` }));
      expect(new Set((await Promise.all(tries)).map(({ id }) => id)).size).toBe(1);
    }
    const tries = Array.from({ length: 20 }, () => writes(scene, 'john', 'Once', { localId: 'x' }));
    expect(new Set((await Promise.all(tries)).map(({ id }) => id)).size).toBe(1);
    expect((await messagesOf(scene)).map(({ number }) => number)).toEqual(Array.from({ length: 11 }, (_, n) => n + 1));
  });
});
