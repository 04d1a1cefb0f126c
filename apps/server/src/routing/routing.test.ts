import { describe, expect, test } from 'vitest';
import { eventually, fence } from '../testing/fence.ts';
import type { Listener } from '../testing/listen.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { refusal } from '../testing/table.ts';
import { checkInvariants } from './invariants.ts';
import { readCandidates } from './routing.ts';

// Hundreds of commits, each of which waits for the disk.
const manyMs = 120_000;

/** Operators of their own, online; those of the demo are not. */
async function addOnline(server: TestServer, count: number) {
  const ids = await server.addOperators(count);
  const operators = [];
  for (const id of ids) {
    const call = await server.asOperator(id);
    operators.push({ id, call, line: await call.listen() });
    // One after the other, so that who came first has been longest without a session where nobody had any.
    await server.settled();
  }
  return operators;
}

const writes = (client: ClientCaller, body = 'Hello') => client.call('widgetSend', { body: { body } });
const limitTo = (server: TestServer, maxSessions: number, operatorIds?: number[]) =>
  server.app.transact((tx) =>
    operatorIds
      ? tx.db.updateTable('operators').set({ max_sessions: maxSessions }).where('id', 'in', operatorIds).execute()
      : tx.db.updateTable('organizations').set({ max_sessions: maxSessions }).execute(),
  );
const holders = async (server: TestServer, sessionIds: string[]): Promise<(number | null)[]> => {
  const admin = await server.asOperator(100);
  return Promise.all(
    sessionIds.map(async (sessionId) => (await admin.call('session', { params: { sessionId } })).operatorId),
  );
};
const finishAs = (caller: Caller, sessionId: string) => caller.call('finishSession', { params: { sessionId } });

describe('who gets a session', () => {
  test('the least loaded of capacity, then the one longest without, then the smallest id', async () => {
    await using server = await startTestServer();
    const [a, b, c] = await addOnline(server, 3);
    if (!a || !b || !c) throw new Error('three were added');
    await limitTo(server, 2, [a.id, b.id]);
    await limitTo(server, 4, [c.id]);
    const given: (number | null)[] = [];
    for (let n = 0; n < 9; n++) {
      server.clock.advance(1000);
      const { sessionId } = await writes(await server.asClient());
      given.push(...(await holders(server, [sessionId])));
    }
    expect(given).toEqual([
      a.id, // nobody had any: the smallest id
      b.id,
      c.id,
      c.id, // 1/4 is less than 1/2
      a.id, // all at 1/2: longest without
      b.id,
      c.id, // 2/4 against 2/2
      c.id,
      null, // everybody is full
    ]);
  });

  test('of equals the one who waits longest, however small the other’s id', async () => {
    await using server = await startTestServer();
    const [a, b] = await addOnline(server, 2);
    if (!a || !b) throw new Error('two were added');
    const first = await writes(await server.asClient());
    await finishAs(a.call, first.sessionId);
    server.clock.advance(1000);
    const second = await writes(await server.asClient());
    await finishAs(b.call, second.sessionId);
    server.clock.advance(1000);
    const third = await writes(await server.asClient());
    expect(await holders(server, [first.sessionId, second.sessionId, third.sessionId])).toEqual([a.id, b.id, a.id]);
  });

  test('every decision can be read back, with its candidates and why not', async () => {
    await using server = await startTestServer();
    const [a, b] = await addOnline(server, 2);
    if (!a || !b) throw new Error('two were added');
    await limitTo(server, 1);
    const [first, second, third] = [
      await writes(await server.asClient()),
      await writes(await server.asClient()),
      await writes(await server.asClient()),
    ];
    const decisions = async (sessionId: string) =>
      (await b.call.call('sessionRouting', { params: { sessionId } })).items?.map(
        ({ cause, operatorId, candidates }) => ({
          cause,
          operatorId,
          candidates: candidates.map(({ operatorId: id, open, capacity, refused }) => ({
            id,
            open,
            capacity,
            refused,
          })),
        }),
      );
    const candidate = (id: number, open: number) => ({ id, open, capacity: 1, refused: open === 1 ? 'full' : null });
    // The demo's own two are not connected; who is not active is nobody to look at.
    const offline = [101, 102].map((id) => ({ id, open: 0, capacity: 1, refused: 'offline' }));
    expect(await decisions(first.sessionId)).toEqual([
      { cause: 'first message', operatorId: a.id, candidates: [candidate(a.id, 0), candidate(b.id, 0), ...offline] },
    ]);
    expect(await decisions(second.sessionId)).toEqual([
      { cause: 'first message', operatorId: b.id, candidates: [candidate(b.id, 0), candidate(a.id, 1), ...offline] },
    ]);
    const all = [candidate(a.id, 1), candidate(b.id, 1), ...offline];
    const nobody = { cause: 'first message', operatorId: null, candidates: all };
    expect(await decisions(third.sessionId)).toEqual([nobody]);
    await finishAs(b.call, second.sessionId);
    expect(await decisions(third.sessionId)).toEqual([
      { cause: 'place freed', operatorId: b.id, candidates: [candidate(b.id, 0), candidate(a.id, 1), ...offline] },
      nobody,
    ]);
    await (await server.asCompany()).call('operatorStatus', { body: { id: b.id, status: 1 } });
    const again = await a.call.call('sessionRouting', { params: { sessionId: third.sessionId } });
    expect(again.items?.[0]).toMatchObject({ cause: 'operator not active', operatorId: null });
  });
});

describe('help', () => {
  test('a freed place takes the oldest, an operator who comes as many as there is room for', async () => {
    await using server = await startTestServer();
    const [a] = await addOnline(server, 1);
    if (!a) throw new Error('one was added');
    await limitTo(server, 2);
    const sessions: string[] = [];
    for (let n = 0; n < 7; n++) {
      server.clock.advance(1000);
      sessions.push((await writes(await server.asClient())).sessionId);
    }
    const whose = () => holders(server, sessions);
    expect(await whose()).toEqual([a.id, a.id, null, null, null, null, null]);
    const last = sessions[6] ?? '';
    await server.app.transact((tx) =>
      tx.db.updateTable('sessions').set({ priority: 1 }).where('id', '=', last).execute(),
    );
    await finishAs(a.call, sessions[0] ?? '');
    expect((await whose()).slice(2)).toEqual([null, null, null, null, a.id]);
    await finishAs(a.call, last);
    expect((await whose()).slice(2, 6)).toEqual([a.id, null, null, null]);
    const [b] = await addOnline(server, 1);
    expect((await whose()).slice(2, 6)).toEqual([a.id, b?.id, b?.id, null]);
  });

  test('who was given more than they may have by force gets nothing until they are below it', async () => {
    await using server = await startTestServer();
    const [a, b] = await addOnline(server, 2);
    if (!a || !b) throw new Error('two were added');
    await limitTo(server, 1, [a.id]);
    const open = async () => (await writes(await server.asClient())).sessionId;
    const own = await open();
    const forced = [await open(), await open()];
    expect(await holders(server, [own, ...forced])).toEqual([a.id, b.id, b.id]);
    const admin = await server.asOperator(100);
    for (const sessionId of forced) {
      await admin.call('transferSession', { params: { sessionId, userId: a.id }, body: { force: true } });
    }
    await b.call.call('pause');
    const load = async () => (await a.call.call('me')).activeSessions;
    expect(await load()).toBe(3);
    const waits = await open();
    for (const [index, sessionId] of [own, ...forced].entries()) {
      expect(await holders(server, [waits])).toEqual([null]);
      expect(await checkInvariants(server.app)).toEqual([]);
      await finishAs(a.call, sessionId);
      expect(await load()).toBe(index === 2 ? 1 : 2 - index);
    }
    expect(await holders(server, [waits])).toEqual([a.id]);
  });

  test('whose operator has gone goes before who came later, unless they were answered', async () => {
    await using server = await startTestServer();
    const [a, b] = await addOnline(server, 2);
    if (!a || !b) throw new Error('two were added');
    await limitTo(server, 2, [a.id]);
    await limitTo(server, 1, [b.id]);
    const open = async () => {
      server.clock.advance(1000);
      return (await writes(await server.asClient())).sessionId;
    };
    const [answered, withB, unanswered, later, last] = [
      await open(),
      await open(),
      await open(),
      await open(),
      await open(),
    ];
    expect(await holders(server, [answered, withB, unanswered, later, last])).toEqual([a.id, b.id, a.id, null, null]);
    await a.call.call('sendMessage', { params: { sessionId: answered }, body: { body: 'Yes?' } });
    server.clock.advance(1000);
    await (await server.asCompany()).call('operatorStatus', { body: { id: a.id, status: 1 } });
    const waiting: number[] = [];
    for (const next of [withB, unanswered, later, last]) {
      await finishAs(b.call, next);
      const whose = await holders(server, [unanswered, later, last, answered]);
      waiting.push(whose.filter((operatorId) => operatorId !== b.id).length);
      // In the order in which they are named here.
      expect(whose).toEqual(whose.toSorted((one) => (one === b.id ? -1 : 1)));
    }
    expect(waiting).toEqual([3, 2, 1, 0]);
  });

  test(
    'a client is told its place, and a group that nobody serves holds up nobody',
    async () => {
      await using server = await startTestServer();
      const [groupId] = await server.app.transact(async (tx) => {
        const [group] = await tx.db
          .insertInto('groups')
          .values({
            organization_id: 24,
            name: 'Nobody',
            timer_first_answer: null,
            timer_next_answers: null,
            created_at: tx.at,
          })
          .returning('id')
          .execute();
        await tx.db
          .updateTable('channels')
          .set({ group_id: group?.id ?? 0 })
          .execute();
        return [group?.id ?? 0];
      });
      expect(groupId).toBeGreaterThan(0);
      const clients = await Promise.all(Array.from({ length: 101 }, () => server.asClient()));
      await Promise.all(clients.map((client) => writes(client)));
      const positions = await Promise.all(
        clients.map(async ({ token }) => {
          const guid = '00000000-0000-4000-8000-000000000024';
          return (await server.withToken('').call('widgetOpen', { body: { guid, clientToken: token } })).session
            ?.position;
        }),
      );
      expect(positions.map(Number).sort((one, other) => one - other)).toEqual(clients.map((_, index) => index + 1));
      await server.app.transact((tx) => tx.db.updateTable('channels').set({ group_id: null }).execute());
      server.clock.advance(1000);
      const { sessionId } = await writes(await server.asClient());
      const [a] = await addOnline(server, 1);
      expect(await holders(server, [sessionId])).toEqual([a?.id]);
      expect(await a?.call.call('me')).toMatchObject({ activeSessions: 1 });
    },
    manyMs,
  );
});

describe('thirty operators and five hundred sessions at once', () => {
  const operatorCount = 30;
  const sessionCount = 500;
  const capacities = [1, 2, 3, 4, 5, 6];
  const places = (operatorCount / capacities.length) * capacities.reduce((sum, one) => sum + one, 0);

  interface Operator {
    id: number;
    call: Caller;
    line: Listener;
    capacity: number;
  }

  /** In the rows: places taken are sessions held, no capacity is exceeded, nobody waits while somebody could answer. */
  async function check(server: TestServer, operators: Operator[]): Promise<{ waiting: number; held: number }> {
    const rows = await server.app.read
      .selectFrom('operators')
      .select(['id', 'open_sessions', 'max_sessions', 'online', 'paused', 'status'])
      .where(
        'id',
        'in',
        operators.map(({ id }) => id),
      )
      .execute();
    const sessions = await server.app.read
      .selectFrom('sessions')
      .select(['status', 'operator_id'])
      .where('status', '<>', 'CLOSED')
      .execute();
    const held = Map.groupBy(
      sessions.filter(({ status }) => status === 'ACTIVE'),
      ({ operator_id }) => operator_id,
    );
    const waiting = sessions.filter(({ status }) => status === 'HELP').length;
    for (const row of rows) {
      expect([row.id, row.open_sessions]).toEqual([row.id, held.get(row.id)?.length ?? 0]);
      expect(row.open_sessions).toBeLessThanOrEqual(row.max_sessions ?? 0);
      if (row.status !== 0) expect(row.open_sessions).toBe(0);
    }
    const free = rows.filter(
      (row) =>
        row.status === 0 && row.online === 1 && row.paused === 0 && Number(row.open_sessions) < (row.max_sessions ?? 0),
    );
    if (waiting > 0) expect(free.map(({ id }) => id)).toEqual([]);
    return { waiting, held: sessions.length - waiting };
  }

  /** In the events, in the order of commits: nobody ever had more than allowed, nor was any session with two. */
  function checkEvents({ heard }: Listener, operators: Operator[]): void {
    const capacity = new Map(operators.map((operator) => [operator.id, operator.capacity]));
    const holder = new Map<string, number>();
    const load = new Map<number, number>();
    const add = (id: number, change: number) => {
      const now = (load.get(id) ?? 0) + change;
      load.set(id, now);
      if (now > (capacity.get(id) ?? 0)) throw new Error(`operator ${id} had ${now} of ${capacity.get(id)}`);
    };
    for (const { event, data, feed } of heard) {
      if (feed !== 'organization:24') continue;
      if (event === 'operatorStatusChanged' && capacity.has(data.id)) {
        expect(data.activeSessions).toBeLessThanOrEqual(capacity.get(data.id) ?? 0);
      }
      if (event !== 'chatSessionUpdated' && event !== 'operatorNotFound') continue;
      const before = holder.get(data.id);
      const now = data.status === 'ACTIVE' ? data.operatorId : undefined;
      if (before === now) continue;
      if (before !== undefined) add(before, -1);
      if (now === undefined) holder.delete(data.id);
      else {
        holder.set(data.id, now);
        add(now, 1);
      }
    }
  }

  const inParallel = async <T>(items: T[], width: number, act: (item: T, index: number) => Promise<unknown>) => {
    const queue = [...items.entries()];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await act(next[1], next[0]);
    };
    await Promise.all(Array.from({ length: width }, work));
  };

  test(
    'capacity holds, nobody waits in vain, and the counts are true, wave after wave',
    async () => {
      await using server = await startTestServer();
      const ids = await server.addOperators(operatorCount);
      for (const [index, id] of ids.entries()) await limitTo(server, capacities[index % capacities.length] ?? 1, [id]);
      const admin = await server.asOperator(100);
      const witness = await admin.listen();
      const operators: Operator[] = await Promise.all(
        ids.map(async (id, index) => {
          const call = await server.asOperator(id);
          return { id, call, line: await call.listen(), capacity: capacities[index % capacities.length] ?? 1 };
        }),
      );
      await eventually(() => server.live.server.stats().connections === operatorCount + 1);
      await server.settled();
      const clients: ClientCaller[] = [];
      await inParallel(Array.from({ length: sessionCount }), 16, async () => clients.push(await server.asClient()));

      await inParallel(clients, 100, (client) => writes(client));
      expect(await check(server, operators)).toEqual({ held: places, waiting: sessionCount - places });

      const company = await server.asCompany();
      const mineOf = async ({ id, call }: Operator) =>
        (await call.call('sessions', { query: { status: 'ACTIVE', operatorId: id, limit: 100 } })).items ?? [];
      const waves: ((operator: Operator, index: number) => Promise<unknown>)[] = [
        // All finish one of theirs at the same moment.
        async (operator) => {
          const [session] = await mineOf(operator);
          return session && finishAs(operator.call, session.id);
        },
        // Some pause and work on, others take by hand what they can, clients leave.
        async (operator, index) => {
          if (index % 3 === 0) await operator.call.call('pause');
          if (index % 3 === 1) {
            const help = (await operator.call.call('sessions', { query: { status: 'HELP', limit: 5 } })).items ?? [];
            return Promise.all(
              help.map(({ id }) => operator.call.call('takeSession', { params: { sessionId: id } }).catch(refusal)),
            );
          }
          const [session] = await mineOf(operator);
          // Its client may have left just before.
          if (session) await finishAs(operator.call, session.id).catch(refusal);
          return clients[index * 7]?.call('widgetFinish');
        },
        // Back to work; while some are switched off.
        async (operator, index) => {
          if (index % 3 === 0) return operator.call.call('activate');
          if (index % 5 === 1) return company.call('operatorStatus', { body: { id: operator.id, status: 1 } });
          const client = clients[index * 11];
          return client && writes(client, 'Still there?');
        },
        // Everybody empties his desk as fast as he can, and it fills again.
        async (operator) => {
          const sessions = await mineOf(operator).catch(() => []);
          return Promise.all(sessions.map(({ id }) => finishAs(operator.call, id).catch(refusal)));
        },
      ];
      for (const wave of waves) {
        await inParallel(operators, operatorCount, wave);
        const { held } = await check(server, operators);
        expect(held).toBeGreaterThan(0);
      }
      expect(await checkInvariants(server.app)).toEqual([]);
      await fence(server, [witness]);
      checkEvents(witness, operators);
      expect(witness.subscribed.every(({ wasRecovering }) => !wasRecovering)).toBe(true);

      // Every decision that gave a session away gave it to the least loaded of those who could have it.
      const decisions = await server.app.read
        .selectFrom('routing_decisions')
        .select(['operator_id', 'candidates', 'cause'])
        .where('operator_id', 'is not', null)
        .where('cause', '<>', 'taken')
        .execute();
      expect(decisions.length).toBeGreaterThan(places);
      for (const { operator_id, candidates } of decisions) {
        const could = readCandidates(candidates).filter(({ refused }) => refused === null);
        const least = Math.min(...could.map(({ open, capacity }) => open / capacity));
        const chosen = could.find(({ operatorId }) => operatorId === operator_id);
        expect(chosen && chosen.open / chosen.capacity).toBe(least);
      }
    },
    manyMs,
  );
});
