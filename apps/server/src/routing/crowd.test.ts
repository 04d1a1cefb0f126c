import { describe, expect, test } from 'vitest';
import { finishAs, limitTo, writes } from '../testing/desk.ts';
import { eventually, fence } from '../testing/fence.ts';
import type { Listener } from '../testing/listen.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { refusal } from '../testing/table.ts';
import { checkInvariants } from './invariants.ts';
import { readCandidates } from './routing.ts';

// Hundreds of commits, each of which waits for the disk.
const manyMs = 120_000;

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
