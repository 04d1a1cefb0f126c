import { describe, expect, test } from 'vitest';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, say, table, theSession } from '../testing/table.ts';

type Extra = { localId?: string; replyToMessageId?: string; expectedLastMessageId?: string };
const writes = async (
  scene: Scene,
  name: 'john' | 'sarah' | 'admin' | 'billing',
  body = 'Good morning',
  more: Extra = {},
) => scene[name].call('sendMessage', { params: { sessionId: await theSession(scene) }, body: { body, ...more } });
const reads = async (scene: Scene, name: 'john' | 'sarah' | 'admin' | 'billing', messageId: string) =>
  scene[name].call('readSession', { params: { sessionId: await theSession(scene) }, body: { messageId } });
const types = async (scene: Scene, name: 'john' | 'sarah' | 'admin' | 'billing') =>
  scene[name].call('typing', { params: { sessionId: await theSession(scene) } });
const shown = async (scene: Scene) => scene.john.call('session', { params: { sessionId: await theSession(scene) } });
const messagesOf = async (scene: Scene, name: 'john' | 'sarah' | 'admin' = 'john') =>
  (await scene[name].call('messages', { params: { sessionId: await theSession(scene) }, query: { limit: 1000 } }))
    .items ?? [];

const given = async (scene: Scene) => void (await givenMine(scene));
/** Sarah helps John. */
const second = async (scene: Scene) =>
  scene.john.call('addSessionOperator', { params: { sessionId: await theSession(scene), userId: 102 } });
const givenClosed = async (scene: Scene) => {
  await givenMine(scene);
  await finish(scene);
};
describe('reading', () => {
  const last = async (scene: Scene) => (await messagesOf(scene)).at(-1)?.id ?? '';
  const spoken = async (scene: Scene) => {
    await say(scene, 'one');
    await say(scene, 'two');
    await say(scene, 'three');
  };
  table([
    {
      does: 'by the operator who has it',
      given: spoken,
      act: async (scene) => reads(scene, 'john', await last(scene)),
      answers: { readAt: '2026-03-02T09:00:00.000Z' },
      told: { john: ['john: chatSessionUpdated'], client: ['client: chatMessageRead'] },
    },
    {
      does: 'by a second operator: both operators see it',
      given: async (scene) => {
        await spoken(scene);
        await second(scene);
      },
      act: async (scene) => reads(scene, 'sarah', await last(scene)),
      told: {
        john: ['john: chatSessionUpdated'],
        sarah: ['sarah: chatSessionUpdated'],
        client: ['client: chatMessageRead'],
      },
    },
    {
      does: 'by the operator of what a second one has read: nothing more',
      given: async (scene) => {
        await spoken(scene);
        await second(scene);
        await scene.sarah.call('readMessage', { params: { messageId: await last(scene) } });
      },
      act: async (scene) => scene.john.call('readMessage', { params: { messageId: await last(scene) } }),
    },
    {
      does: 'twice: nothing more',
      given: async (scene) => {
        await spoken(scene);
        await reads(scene, 'john', await last(scene));
      },
      act: async (scene) => reads(scene, 'john', await last(scene)),
    },
    {
      does: 'by a colleague: no trace',
      given: spoken,
      act: async (scene) => reads(scene, 'sarah', await last(scene)),
    },
    {
      does: 'by a supervisor who has it open: no trace',
      given: async (scene) => {
        await spoken(scene);
        await scene.admin.call('watchSession', { params: { sessionId: await theSession(scene) } });
      },
      act: async (scene) => reads(scene, 'admin', await last(scene)),
    },
    {
      does: 'in another organization',
      given: spoken,
      act: async (scene) => reads(scene, 'billing', await last(scene)),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'of a message of another session than the one named',
      given: async (scene) => {
        await spoken(scene);
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: async (scene) => {
        const other = (await scene.otherClient.call('widgetMessages')).items?.[0];
        return reads(scene, 'john', other?.id ?? '');
      },
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'by the client',
      given: async (scene) => {
        await givenMine(scene);
        await writes(scene, 'john');
      },
      act: async (scene) => scene.client.call('widgetRead', { body: { messageId: await last(scene) } }),
      answers: { readAt: '2026-03-02T09:00:00.000Z' },
      told: { john: ['john: chatMessageRead'] },
    },
    {
      does: 'by the client in help: all who have it in their list',
      given: givenHelp,
      act: async (scene) => scene.client.call('widgetRead', { body: { messageId: await last(scene) } }),
      told: inScope('chatMessageRead'),
    },
    {
      does: 'by the client after closing: all in scope',
      given: async (scene) => {
        await givenMine(scene);
        await writes(scene, 'john');
        await finish(scene);
      },
      act: async (scene) => scene.client.call('widgetRead', { body: { messageId: await last(scene) } }),
      told: inScope('chatMessageRead'),
    },
    {
      does: 'by another client',
      given: async (scene) => {
        await givenMine(scene);
        await writes(scene, 'john');
      },
      act: async (scene) => scene.otherClient.call('widgetRead', { body: { messageId: await last(scene) } }),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'after closing, by the operator who had it: all in scope see that nothing is left',
      given: async (scene) => {
        await spoken(scene);
        await finish(scene);
      },
      act: async (scene) => reads(scene, 'john', await last(scene)),
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatMessageRead'] },
    },
  ]);

  test('is a high-water mark: unread falls and never rises, and read times are those of the first mark beyond', async () => {
    await using scene = await playScene();
    await spoken(scene);
    const [one, two, three] = await messagesOf(scene);
    if (!one || !two || !three) throw new Error('three messages were sent');
    const unread = async () => (await shown(scene)).unreadClientMessageCount;
    expect(await unread()).toBe(3);
    scene.server.clock.advance(1000);
    await reads(scene, 'john', two.id);
    expect(await unread()).toBe(1);
    scene.server.clock.advance(1000);
    await reads(scene, 'john', one.id);
    expect(await unread()).toBe(1);
    await scene.john.call('readMessage', { params: { messageId: three.id } });
    expect(await unread()).toBe(0);
    expect((await messagesOf(scene)).map(({ readAt }) => readAt)).toEqual([
      '2026-03-02T09:00:01.000Z',
      '2026-03-02T09:00:01.000Z',
      '2026-03-02T09:00:02.000Z',
    ]);
  });

  test('is known of every message alone as among all', async () => {
    await using scene = await playScene();
    await spoken(scene);
    for (const { id } of await messagesOf(scene)) {
      scene.server.clock.advance(1000);
      await reads(scene, 'john', id);
    }
    const all = await messagesOf(scene);
    expect(new Set(all.map(({ readAt }) => readAt)).size).toBe(3);
    const params = { sessionId: await theSession(scene) };
    for (const [index, { id, readAt }] of all.entries()) {
      const query = { limit: 1, ...(all[index + 1] && { before: all[index + 1]?.id ?? '' }) };
      const { items } = await scene.john.call('messages', { params, query });
      expect(items).toMatchObject([{ id, readAt }]);
    }
  });

  test('of the last message stands in the session too, whoever of both wrote it', async () => {
    await using scene = await playScene();
    await spoken(scene);
    const [one, , three] = await messagesOf(scene);
    const lastRead = async () => (await shown(scene)).lastMessage?.readAt;
    await reads(scene, 'john', one?.id ?? '');
    expect(await lastRead()).toBe(null);
    scene.server.clock.advance(1000);
    await reads(scene, 'john', three?.id ?? '');
    expect(await lastRead()).toBe('2026-03-02T09:00:01.000Z');
    const { id: messageId } = await writes(scene, 'john');
    expect(await lastRead()).toBe(null);
    scene.server.clock.advance(1000);
    await scene.client.call('widgetRead', { body: { messageId } });
    expect(await lastRead()).toBe('2026-03-02T09:00:02.000Z');
    expect((await messagesOf(scene)).at(-1)?.readAt).toBe('2026-03-02T09:00:02.000Z');
  });

  test('what an answer has made read stays read, whichever older message is marked after it', async () => {
    await using scene = await playScene();
    await spoken(scene);
    await writes(scene, 'john');
    expect(await shown(scene)).toMatchObject({ unreadClientMessageCount: 0, messageCount: 4 });
    await reads(scene, 'john', (await messagesOf(scene))[0]?.id ?? '');
    expect(await shown(scene)).toMatchObject({ unreadClientMessageCount: 0, unreadClientMessageExists: false });
  });
});

describe('typing', () => {
  const typed = (scene: Scene, run: () => Promise<unknown>) => scene.heard(run);

  test('of the operator: a signal to the client, without a place in any feed', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const heard = await typed(scene, () => types(scene, 'john'));
    expect(heard.client).toMatchObject([
      { event: 'typing', offset: undefined, data: { authorType: 'OPERATOR', authorId: 101 } },
    ]);
    for (const name of ['john', 'sarah', 'billing', 'admin', 'otherClient'] as const) expect(heard[name]).toEqual([]);
  });

  test('of a second operator: a signal to the client and the other operator', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    await second(scene);
    const heard = await typed(scene, () => types(scene, 'sarah'));
    const signal = { event: 'typing', offset: undefined, data: { authorType: 'OPERATOR', authorId: 102 } };
    for (const name of ['client', 'john'] as const) expect(heard[name]).toMatchObject([signal]);
    for (const name of ['sarah', 'billing', 'admin', 'otherClient'] as const) expect(heard[name]).toEqual([]);
  });

  test('of the client: a signal to the operator and to who has it open', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    await scene.sarah.call('watchSession', { params: { sessionId: await theSession(scene) } });
    const heard = await typed(scene, () => scene.client.call('widgetTyping'));
    const signal = {
      event: 'typing',
      offset: undefined,
      data: { authorType: 'CLIENT', authorId: scene.client.clientId },
    };
    expect(heard.john).toMatchObject([signal]);
    expect(heard.sarah).toMatchObject([signal]);
    for (const name of ['billing', 'admin', 'client', 'otherClient'] as const) expect(heard[name]).toEqual([]);
  });

  table([
    { does: 'of a client without a session', act: (scene) => scene.client.call('widgetTyping') },
    { does: 'of a client in help: nobody has it', given: givenHelp, act: (scene) => scene.client.call('widgetTyping') },
    {
      does: 'of a colleague',
      given,
      act: (scene) => types(scene, 'sarah'),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'in another organization',
      given,
      act: (scene) => types(scene, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'in a closed session',
      given: givenClosed,
      act: (scene) => types(scene, 'john'),
      refuses: { status: 422, code: 'session_closed' },
    },
  ]);
});

describe('the list of messages', () => {
  test('is in the order of their numbers, also when the clock goes back', async () => {
    await using scene = await playScene();
    await say(scene, 'one');
    scene.server.clock.advance(-60_000);
    await say(scene, 'two');
    scene.server.clock.advance(30_000);
    await writes(scene, 'john', 'three');
    const bodies = (await messagesOf(scene)).map(({ body }) => body);
    expect(bodies).toEqual(['one', 'two', 'three']);
    expect((await scene.client.call('widgetMessages')).items?.map(({ body }) => body)).toEqual(bodies);
  });

  test('of a client goes on from session to session within one moment, forwards and backwards', async () => {
    await using scene = await playScene();
    for (let session = 1; session <= 4; session++) {
      for (let n = 1; n <= 3; n++) await say(scene, `${session}.${n}`);
      await finish(scene);
    }
    const all = (await scene.client.call('widgetMessages', { query: { limit: 1000 } })).items ?? [];
    const bodies = [1, 2, 3, 4].flatMap((session) => [1, 2, 3].map((n) => `${session}.${n}`));
    expect(all.map(({ body }) => body)).toEqual(bodies);
    for (const [index, { id }] of all.entries()) {
      const page = async (query: { before: string } | { after: string }) =>
        (await scene.client.call('widgetMessages', { query: { ...query, limit: 5 } })).items?.map(({ body }) => body);
      expect(await page({ before: id })).toEqual(bodies.slice(Math.max(0, index - 5), index));
      expect(await page({ after: id })).toEqual(bodies.slice(index + 1, index + 6));
    }
  });
});
