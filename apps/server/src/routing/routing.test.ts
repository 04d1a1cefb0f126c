import { describe, expect, test } from 'vitest';
import { addOnline, finishAs, holders, limitTo, writes } from '../testing/desk.ts';
import { startTestServer } from '../testing/start-test-server.ts';
import { checkInvariants } from './invariants.ts';

// Hundreds of commits, each of which waits for the disk.
const manyMs = 120_000;

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
