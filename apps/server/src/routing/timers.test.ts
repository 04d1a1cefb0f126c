import { describe, expect, test } from 'vitest';
import { playScene, type Scene } from '../testing/scene.ts';
import { givenHelp, givenMine, inScope, say, table, theSession } from '../testing/table.ts';
import { later, minute, second, setTimes } from '../testing/time.ts';

const answer = async (scene: Scene, who: 'john' | 'sarah' = 'john') =>
  scene[who].call('sendMessage', { params: { sessionId: await theSession(scene) }, body: { body: 'Here I am' } });
const session = async (scene: Scene) => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });

const closed = {
  told: {
    john: ['john: chatSessionDeleted', 'org: operatorStatusChanged', 'org: chatSessionUpdated'],
    sarah: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
    admin: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
    client: ['client: chatSessionUpdated'],
  },
};

describe('a silent client’s session', () => {
  table([
    {
      does: 'closes when the client has been silent for the time to live',
      given: async (scene) => {
        await setTimes(scene, { session_ttl: 300 });
        await givenMine(scene);
        await later(scene, 299 * second);
      },
      act: async (scene) => {
        await later(scene, second);
        return session(scene);
      },
      answers: { status: 'CLOSED', closedBy: 'TTL' },
      ...closed,
    },
    {
      does: 'counts from the client’s last message, whatever operators write',
      given: async (scene) => {
        await setTimes(scene, { session_ttl: 300 });
        await givenMine(scene);
        await later(scene, 200 * second);
        await say(scene, 'Still here');
        await later(scene, 200 * second);
        await answer(scene);
        await later(scene, 99 * second);
        expect(await session(scene)).toMatchObject({ status: 'ACTIVE' });
      },
      act: async (scene) => {
        await later(scene, second);
        return session(scene);
      },
      answers: { status: 'CLOSED', closedBy: 'TTL' },
      ...closed,
    },
    {
      does: 'closes in help too, and only its client and who sees help hear it',
      given: async (scene) => {
        await setTimes(scene, { session_ttl: 300 });
        await givenHelp(scene);
      },
      act: (scene) => later(scene, 300 * second),
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    {
      does: 'a pause is no silence',
      given: async (scene) => {
        await setTimes(scene, { session_ttl: 300 });
        await givenMine(scene);
        const until = new Date(scene.server.clock.now() + 10 * minute).toISOString();
        await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) }, body: { until } });
        await later(scene, 9 * minute);
        expect(await session(scene)).toMatchObject({ status: 'PAUSED' });
        await later(scene, minute);
        expect(await session(scene)).toMatchObject({ status: 'ACTIVE' });
        await later(scene, 299 * second);
        expect(await session(scene)).toMatchObject({ status: 'ACTIVE' });
      },
      act: (scene) => later(scene, second),
      ...closed,
    },
  ]);
});

describe('a pause', () => {
  const paused = async (scene: Scene, until: number | null) => {
    await setTimes(scene, {});
    await givenMine(scene);
    const at = until === null ? null : new Date(scene.server.clock.now() + until).toISOString();
    await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) }, body: { until: at } });
  };
  table([
    {
      does: 'ends at its time',
      given: (scene) => paused(scene, minute),
      act: async (scene) => {
        await later(scene, minute);
        return session(scene);
      },
      answers: { status: 'ACTIVE', pausedUntil: null, operatorId: 101 },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    {
      does: 'ends when the client writes',
      given: (scene) => paused(scene, null),
      act: (scene) => say(scene, 'I am back'),
      told: {
        john: ['john: chatMessageCreated', 'org: chatSessionUpdated'],
        sarah: ['org: chatSessionUpdated'],
        admin: ['org: chatSessionUpdated'],
        client: ['client: chatMessageCreated', 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'lasts as long as it is meant to',
      given: (scene) => paused(scene, minute),
      act: (scene) => later(scene, minute - 1),
      told: {},
    },
  ]);
});

describe('a service level', () => {
  const due = async (scene: Scene) => {
    const { answerDueAt, answerLate } = await session(scene);
    return { in: answerDueAt === null ? null : Date.parse(answerDueAt) - scene.server.clock.now(), late: answerLate };
  };
  table([
    {
      does: 'begins with the client’s first message, and all in scope see by when it is due',
      given: (scene) => setTimes(scene, { timer_first_answer: 60, timer_next_answers: 30 }),
      act: async (scene) => {
        await say(scene);
        return due(scene);
      },
      answers: { in: minute, late: false },
      told: {
        john: [
          'org: chatSessionStarted',
          'john: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
          'john: chatMessageCreated',
          'org: chatSessionUpdated',
        ],
        sarah: [
          'org: chatSessionStarted',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
        ],
        admin: [
          'org: chatSessionStarted',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
        ],
        client: ['client: chatSessionUpdated', 'client: chatMessageCreated'],
      },
    },
    {
      does: 'is not moved by what else the client writes, which tells nothing more than the message',
      given: async (scene) => {
        await setTimes(scene, { timer_first_answer: 60 });
        await givenMine(scene);
        await later(scene, 20 * second);
      },
      act: async (scene) => {
        await say(scene, 'Hello?');
        return due(scene);
      },
      answers: { in: 40 * second, late: false },
      told: { john: ['john: chatMessageCreated'], client: ['client: chatMessageCreated'] },
    },
    {
      does: 'is late when its time has passed, which is told once',
      given: async (scene) => {
        await setTimes(scene, { timer_first_answer: 60 });
        await givenMine(scene);
        await later(scene, minute - 1);
      },
      act: async (scene) => {
        await later(scene, 1);
        await later(scene, minute);
        return due(scene);
      },
      answers: { late: true },
      told: inScope('chatSessionUpdated'),
    },
    {
      does: 'ends with the answer, and the next one has its own time',
      given: async (scene) => {
        await setTimes(scene, { timer_first_answer: 60, timer_next_answers: 30 });
        await givenMine(scene);
        await later(scene, 2 * minute);
        await answer(scene);
        expect(await due(scene)).toEqual({ in: null, late: false });
      },
      act: async (scene) => {
        await say(scene, 'And now?');
        return due(scene);
      },
      answers: { in: 30 * second, late: false },
      told: {
        ...inScope('chatSessionUpdated'),
        john: ['john: chatMessageCreated', 'org: chatSessionUpdated'],
        client: ['client: chatMessageCreated'],
      },
    },
    {
      does: 'runs in help',
      given: async (scene) => {
        await setTimes(scene, { timer_first_answer: 60 });
        await givenHelp(scene);
        expect(await due(scene)).toEqual({ in: minute, late: false });
      },
      act: async (scene) => {
        await later(scene, minute);
        return due(scene);
      },
      answers: { late: true },
      told: inScope('chatSessionUpdated'),
    },
    {
      does: 'rests in a pause and outside business hours',
      given: async (scene) => {
        const day = [{ from: '08:00', to: '09:01' }];
        const week = { mon: day, tue: day };
        await setTimes(scene, { timer_first_answer: 90, hours: JSON.stringify({ timeZone: 'UTC', week }) });
        await givenMine(scene);
        const { answerDueAt } = await session(scene);
        // The scene's clock has moved on since Monday, 9 o'clock: at 8 the next working day it goes on.
        expect(answerDueAt).toMatch(/T(09:0[01]|08:0[01]):/);
        await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) }, body: {} });
      },
      act: (scene) => due(scene),
      answers: { in: null, late: false },
      told: {},
    },
  ]);
});

describe('an operator who lets the client wait', () => {
  const idle = async (scene: Scene) => {
    await setTimes(scene, { allowable_idle: 60 });
    await givenMine(scene);
    await later(scene, minute - 1);
  };
  const holder = async (scene: Scene) => ({ operatorId: (await session(scene)).operatorId });
  table([
    {
      does: 'loses the session to another',
      given: idle,
      act: async (scene) => {
        await later(scene, 1);
        return session(scene);
      },
      answers: { status: 'ACTIVE', operatorId: 102, previousOperator: { id: 101 } },
      told: {
        john: [
          'john: chatSessionDeleted',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
        ],
        sarah: [
          'org: operatorStatusChanged',
          'sarah: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
        ],
        admin: ['org: operatorStatusChanged', 'org: chatSessionUpdated', 'org: operatorStatusChanged'],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'does not lose it by answering in time, nor while the client owes the next word',
      given: async (scene) => {
        await idle(scene);
        await answer(scene);
      },
      act: async (scene) => {
        await later(scene, 10 * minute);
        return holder(scene);
      },
      answers: { operatorId: 101 },
      told: {},
    },
    {
      does: 'does not lose it while it is paused',
      given: async (scene) => {
        await idle(scene);
        await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) }, body: {} });
      },
      act: async (scene) => {
        await later(scene, 10 * minute);
        return holder(scene);
      },
      answers: { operatorId: 101 },
      told: {},
    },
    {
      does: 'keeps it when nobody else is there, and the time starts again',
      given: async (scene) => {
        await idle(scene);
        await scene.sarah.call('pause');
        await later(scene, 1);
        await scene.sarah.call('activate');
        await later(scene, minute - 1);
        expect(await holder(scene)).toEqual({ operatorId: 101 });
      },
      act: async (scene) => {
        await later(scene, 1);
        return holder(scene);
      },
      answers: { operatorId: 102 },
      told: expect.anything(),
    },
    {
      does: 'has it once only: the other one has as long',
      given: async (scene) => {
        await idle(scene);
        await later(scene, 1);
        await later(scene, minute - 1);
      },
      act: holder,
      answers: { operatorId: 102 },
      told: {},
    },
  ]);

  test('hears why, and the decision can be read back', async () => {
    await using scene = await playScene();
    await idle(scene);
    const heard = await scene.heard(() => later(scene, 1));
    expect(heard.john.find(({ event }) => event === 'chatSessionDeleted')?.data).toMatchObject({ reason: 'idle' });
    expect(heard.sarah.find(({ event }) => event === 'chatSessionAdded')?.data).toMatchObject({ reason: 'idle' });
    const { items } = await scene.john.call('sessionRouting', { params: { sessionId: await theSession(scene) } });
    expect(items?.[0]).toMatchObject({ cause: 'operator idle', operatorId: 102 });
    const john = items?.[0]?.candidates.find(({ operatorId }) => operatorId === 101);
    expect(john).toMatchObject({ refused: 'just had it' });
  });
});

test('however messages and answers cross, who waits has a deadline and who does not has none', async () => {
  await using scene = await playScene();
  await setTimes(scene, { timer_first_answer: 60, timer_next_answers: 30 });
  await givenMine(scene);
  for (let round = 0; round < 12; round++) {
    scene.server.clock.advance(second);
    await Promise.all([say(scene, 'one'), answer(scene), say(scene, 'two'), answer(scene), say(scene, 'three')]);
    const [row] = await scene.server.app.read.selectFrom('sessions').selectAll().execute();
    if (!row) throw new Error('there is one');
    expect(row.answer_due_at !== null).toBe(row.waiting_since !== null);
    if (row.answer_due_at !== null) expect(row.wake_at).toBeLessThanOrEqual(row.answer_due_at);
  }
});
