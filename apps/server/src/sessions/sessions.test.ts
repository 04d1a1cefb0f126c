import { describe, expect, test } from 'vitest';
import { administratorId, playScene, sarahId } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, table, theSession } from '../testing/table.ts';

const by = (name: 'john' | 'sarah' | 'billing' | 'admin') => ({
  finishes: async (scene: Parameters<typeof givenMine>[0], result?: string) =>
    scene[name].call('finishSession', {
      params: { sessionId: await theSession(scene) },
      ...(result !== undefined && { body: { result } }),
    }),
  takes: async (scene: Parameters<typeof givenMine>[0]) =>
    scene[name].call('takeSession', { params: { sessionId: await theSession(scene) } }),
  watches: async (scene: Parameters<typeof givenMine>[0]) =>
    scene[name].call('watchSession', { params: { sessionId: await theSession(scene) } }),
  unwatches: async (scene: Parameters<typeof givenMine>[0]) =>
    scene[name].call('unwatchSession', { params: { sessionId: await theSession(scene) } }),
});

describe('finishing', () => {
  const closed = inScope('operatorStatusChanged', 'chatSessionUpdated');
  const told = {
    ...closed,
    john: ['john: chatSessionDeleted', ...(closed.john ?? [])],
    client: ['client: chatSessionUpdated'],
  };
  table([
    {
      does: 'by its operator, with a result',
      given: givenMine,
      act: (scene) => by('john').finishes(scene, 'sold'),
      answers: { status: 'CLOSED', closedBy: 'OPERATOR', result: 'sold', operatorId: 101 },
      told,
    },
    {
      does: 'by the administrator',
      given: givenMine,
      act: (scene) => by('admin').finishes(scene),
      answers: { status: 'CLOSED', closedBy: 'SUPERVISOR', result: null },
      told,
    },
    {
      does: 'in help, by the administrator: nobody loses it',
      given: givenHelp,
      act: (scene) => by('admin').finishes(scene),
      answers: { status: 'CLOSED', closedBy: 'SUPERVISOR', operatorId: null },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    {
      does: 'of a session that is not mine',
      given: givenMine,
      act: (scene) => by('sarah').finishes(scene),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'of another organization',
      given: givenMine,
      act: (scene) => by('billing').finishes(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'of a session that is closed',
      given: async (scene) => {
        await givenMine(scene);
        await finish(scene);
      },
      act: (scene) => by('john').finishes(scene),
      refuses: { status: 422, code: 'session_closed' },
    },
  ]);
});

describe('taking from help', () => {
  const taken = inScope('chatSessionUpdated', 'operatorStatusChanged');
  table([
    {
      does: 'by an operator, though paused',
      given: givenHelp,
      act: (scene) => by('sarah').takes(scene),
      answers: { status: 'ACTIVE', operatorId: sarahId, operatorName: 'Sarah Johnson' },
      told: {
        ...taken,
        sarah: ['sarah: chatSessionAdded', ...(taken.sarah ?? [])],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'by the administrator, whose load is nobody else’s business',
      given: givenHelp,
      act: (scene) => by('admin').takes(scene),
      answers: { status: 'ACTIVE', operatorId: administratorId },
      told: {
        ...inScope('chatSessionUpdated'),
        admin: ['admin: chatSessionAdded', 'org: chatSessionUpdated', 'admin: operatorStatusChanged'],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'what is mine already',
      given: givenMine,
      act: (scene) => by('john').takes(scene),
      answers: { operatorId: 101 },
    },
    {
      does: 'what a colleague has',
      given: givenMine,
      act: (scene) => by('sarah').takes(scene),
      refuses: { status: 409, code: 'already_taken' },
    },
    {
      does: 'of another organization',
      given: givenHelp,
      act: (scene) => by('billing').takes(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'what is closed',
      given: async (scene) => {
        await givenMine(scene);
        await finish(scene);
      },
      act: (scene) => by('john').takes(scene),
      refuses: { status: 422, code: 'not_in_help' },
    },
    {
      does: 'with every place occupied',
      given: async (scene) => {
        await scene.sarah.call('pause');
        for (let n = 0; n < 5; n++) await (await scene.server.asClient()).call('widgetSend', { body: { body: 'Hi' } });
        await say(scene);
      },
      act: (scene) => by('john').takes(scene),
      refuses: { status: 422, code: 'operator_full' },
    },
  ]);

  test('of two at the same moment one wins, and the other hears who', async () => {
    await using scene = await playScene();
    await givenHelp(scene);
    const told = await scene.told(async () => {
      const answers = await Promise.all([
        by('john').takes(scene).catch(refusal),
        by('sarah').takes(scene).catch(refusal),
      ]);
      const won = answers.find((answer) => 'operatorId' in answer);
      const lost = answers.find((answer) => 'code' in answer);
      expect(lost).toMatchObject({ status: 409, code: 'already_taken' });
      expect(lost).toHaveProperty('winner', {
        id: won && 'operatorId' in won ? won.operatorId : null,
        name: won && 'operatorName' in won ? won.operatorName : null,
      });
    });
    const added = Object.values(told)
      .flat()
      .filter((event) => event.endsWith('chatSessionAdded'));
    expect(added).toHaveLength(1);
  });
});

describe('having a session open', () => {
  test('a colleague who has it open hears what is said, until the lease ends', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const { until } = await by('sarah').watches(scene);
    expect(Date.parse(until)).toBe(scene.server.clock.now() + 120_000);
    const said = { john: ['john: chatMessageCreated'], client: ['client: chatMessageCreated'] };
    expect(await scene.told(() => say(scene))).toEqual({ ...said, sarah: ['sarah: chatMessageCreated'] });
    scene.server.clock.advance(119_999);
    expect(await scene.told(() => say(scene))).toEqual({ ...said, sarah: ['sarah: chatMessageCreated'] });
    scene.server.clock.advance(1);
    expect(await scene.told(() => say(scene))).toEqual(said);
  });

  test('renewed it goes on, ended it is over at once', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    await by('sarah').watches(scene);
    scene.server.clock.advance(100_000);
    await by('sarah').watches(scene);
    scene.server.clock.advance(100_000);
    expect(await scene.told(() => say(scene))).toHaveProperty('sarah');
    await by('sarah').unwatches(scene);
    expect(await scene.told(() => say(scene))).not.toHaveProperty('sarah');
  });

  test('a second operator hears it all the same, also after it was closed', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    await scene.john.call('addSessionOperator', { params: { sessionId: await theSession(scene), userId: sarahId } });
    await by('sarah').watches(scene);
    scene.server.clock.advance(120_000);
    expect(await scene.told(() => say(scene))).toHaveProperty('sarah', ['sarah: chatMessageCreated']);
    await by('sarah').unwatches(scene);
    expect(await scene.told(() => say(scene))).toHaveProperty('sarah', ['sarah: chatMessageCreated']);
  });

  table([
    {
      does: 'is nobody’s event',
      given: givenMine,
      act: (scene) => by('admin').watches(scene),
      answers: { until: '2026-03-02T09:02:00.000Z' },
    },
    {
      does: 'of another organization',
      given: givenMine,
      act: (scene) => by('billing').watches(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'no longer, of another organization',
      given: givenMine,
      act: (scene) => by('billing').unwatches(scene),
      refuses: { status: 404, code: 'not_found' },
    },
  ]);
});

test('who sees a session: its organization and the administrator, and nobody else, in the list and by its id', async () => {
  await using scene = await playScene();
  await givenMine(scene);
  const sessionId = await theSession(scene);
  for (const name of ['john', 'sarah', 'admin'] as const) {
    const { count, items } = await scene[name].call('sessions');
    expect([count, items?.map(({ id }) => id)]).toEqual([1, [sessionId]]);
    expect(await scene[name].call('session', { params: { sessionId } })).toEqual(items?.[0]);
  }
  expect(await scene.billing.call('sessions')).toEqual({ count: 0, items: [] });
  const seen = await scene.billing.call('session', { params: { sessionId } }).catch(refusal);
  expect(seen).toMatchObject({ status: 404, code: 'not_found' });
  // Word for word what is said of a session that does not exist.
  const none = { sessionId: '00000000-0000-4000-8000-00000000abcd' };
  expect(await scene.billing.call('session', { params: none }).catch(refusal)).toEqual(seen);
});

test('what may not be called is refused, and changes and tells nothing', async () => {
  await using scene = await playScene();
  const { id: messageId } = await givenMine(scene);
  const sessionId = await theSession(scene);
  const company = await scene.server.asCompany();
  const nobody = scene.server.withToken('nonsense');
  const params = { sessionId };
  const before = await scene.john.call('session', { params });
  const calls = {
    session: (who) => who.call('session', { params }),
    finishSession: (who) => who.call('finishSession', { params }),
    takeSession: (who) => who.call('takeSession', { params }),
    watchSession: (who) => who.call('watchSession', { params }),
    unwatchSession: (who) => who.call('unwatchSession', { params }),
    sessionRouting: (who) => who.call('sessionRouting', { params }),
    messages: (who) => who.call('messages', { params }),
    sendMessage: (who) => who.call('sendMessage', { params, body: { body: 'Hi' } }),
    readSession: (who) => who.call('readSession', { params, body: { messageId } }),
    readMessage: (who) => who.call('readMessage', { params: { messageId } }),
    typing: (who) => who.call('typing', { params }),
  } satisfies Record<string, (who: typeof company) => Promise<unknown>>;
  const widget = {
    widgetSend: (who) => who.call('widgetSend', { body: { body: 'Hi' } }),
    widgetMessages: (who) => who.call('widgetMessages'),
    widgetRead: (who) => who.call('widgetRead', { body: { messageId } }),
    widgetTyping: (who) => who.call('widgetTyping'),
    widgetFinish: (who) => who.call('widgetFinish'),
  } satisfies Record<string, (who: typeof company) => Promise<unknown>>;
  const statuses = async (act: (who: typeof company) => Promise<unknown>) => {
    const statusOf = async (who: typeof company) => ((await act(who).catch(refusal)) as { status?: number }).status;
    return {
      stranger: await statusOf(scene.billing),
      client: await statusOf(scene.client),
      company: await statusOf(company),
      nobody: await statusOf(nobody),
    };
  };
  const told = await scene.told(async () => {
    for (const [name, act] of Object.entries(calls)) {
      expect([name, await statuses(act)]).toEqual([name, { stranger: 404, client: 403, company: 403, nobody: 401 }]);
    }
    for (const [name, act] of Object.entries(widget)) {
      const refusedTo = { john: scene.john, admin: scene.admin, company };
      for (const [who, caller] of Object.entries(refusedTo)) {
        expect([name, who, await act(caller).catch(refusal)]).toMatchObject([name, who, { status: 403 }]);
      }
      expect([name, await act(nobody).catch(refusal)]).toMatchObject([name, { status: 401 }]);
    }
  });
  expect(told).toEqual({});
  expect(await scene.john.call('session', { params })).toEqual(before);
});
