import { closeCodes } from '@switchboard/protocol';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { tidy } from '../housekeeping.ts';
import { eventually, fence, isFence } from '../testing/fence.ts';
import { type Listener, listen } from '../testing/listen.ts';
import { startServerProcess } from '../testing/server-process.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { startBeside, startTwins, type Twins } from '../testing/start-twins.ts';
import { testClock } from '../testing/test-clock.ts';
import { makeTestDatabase } from '../testing/test-database.ts';
import { noticesOf } from './peers.ts';

test('notices: as few texts as fit, whole and in order; a signal that does not fit is left out', () => {
  const tops = Array.from({ length: 2000 }, (_, index): [string, number] => [
    `client:${'ß'.repeat(30)}${index}`,
    index,
  ]);
  const texts = noticesOf('node', tops, [
    ['client:1', '"typing"'],
    ['client:1', JSON.stringify('x'.repeat(8000))],
  ]);
  expect(texts.every((text) => Buffer.byteLength(text) < 8000)).toBe(true);
  expect(texts.flatMap((text) => JSON.parse(text).tops ?? [])).toEqual(tops);
  expect(texts.flatMap((text) => (JSON.parse(text).signal ? [JSON.parse(text).signal] : []))).toEqual([
    ['client:1', '"typing"'],
  ]);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(texts.length).toBeLessThanOrEqual(Math.ceil(bytes / 7700) + 2);
  expect(noticesOf('node', [], [])).toEqual([]);
});

// Only PostgreSQL is shared by processes.
if (process.env.SWITCHBOARD_TEST_DATABASE) {
  describe('two processes on one database', () => {
    let twins: Twins;
    let one: TestServer;
    let other: TestServer;
    const lines: Listener[] = [];
    beforeEach(async () => {
      twins = await startTwins();
      ({ one, other } = twins);
    });
    afterEach(async () => {
      for (const line of lines.splice(0)) line.close();
      await twins[Symbol.asyncDispose]();
    });

    /** The caller, by the other process. */
    const at = (server: TestServer, caller: Caller) => server.withToken(caller.token);
    async function listenAt(server: TestServer, caller: Caller, application?: 'widget'): Promise<Listener> {
      const line = await listen(server.url, caller.token, application);
      lines.push(line);
      return line;
    }
    async function connectBeside(): Promise<pg.Client> {
      const beside = new pg.Client({ connectionString: one.testDatabase.settings['database-url'] });
      await beside.connect();
      return beside;
    }
    const settled = async () => {
      await one.settled();
      await other.settled();
    };
    const pass = async (seconds: number) => {
      one.clock.advance(seconds * 1000);
      await Promise.all([one.tick(), other.tick()]);
      await settled();
    };
    const presence = async (operatorId: number) =>
      ((await (await one.asOperator(operatorId)).call('me')) as { presence: string }).presence;
    const bodies = (line: Listener) =>
      line.heard.filter(({ event }) => event === 'chatMessageCreated').map(({ data }) => data.body);
    const offsets = (line: Listener, feed: string) =>
      line.heard.filter((heard) => heard.feed === feed && heard.offset !== undefined).map(({ offset }) => offset ?? 0);

    async function conversation(): Promise<{ john: Caller; client: ClientCaller; sessionId: string }> {
      const john = await one.asOperator();
      const client = await one.asClient();
      await listenAt(one, john);
      await listenAt(other, john);
      await listenAt(other, client, 'widget');
      await settled();
      const { sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } });
      return { john, client, sessionId };
    }

    test('what either commits is heard at both, each once and in one order', { timeout: 60_000 }, async () => {
      const { john, client, sessionId } = await conversation();
      const said = ['Hello'];
      for (let index = 0; index < 100; index++) {
        const [here, there] = index % 2 === 0 ? [one, other] : [other, one];
        said.push(`q${index}`, `a${index}`);
        await at(here, client).call('widgetSend', { body: { body: `q${index}` } });
        await at(there, john).call('sendMessage', { params: { sessionId }, body: { body: `a${index}` } });
      }
      await fence(one, lines);
      for (const line of lines) expect(bodies(line)).toEqual(said);
      for (const line of lines.slice(0, 2)) {
        const heard = offsets(line, 'operator:101');
        expect(heard).toEqual(heard.map((_, index) => (heard[0] ?? 0) + index));
      }
    });

    test('also when both commit at once', async () => {
      const { john, client, sessionId } = await conversation();
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => [
          at(index % 2 ? one : other, client).call('widgetSend', { body: { body: `q${index}` } }),
          at(index % 2 ? other : one, john).call('sendMessage', { params: { sessionId }, body: { body: `a${index}` } }),
        ]).flat(),
      );
      await fence(other, lines);
      const stored = await john.call('messages', { params: { sessionId }, query: { limit: 1000 } });
      for (const line of lines) expect(bodies(line)).toEqual(stored.items?.map(({ body }) => body));
    });

    test('typing is seen at the other', async () => {
      const { john, client, sessionId } = await conversation();
      await at(one, john).call('typing', { params: { sessionId } });
      const widget = lines[2];
      expect(await widget?.until('typing')).toMatchObject({ offset: undefined, data: { authorType: 'OPERATOR' } });
      await at(other, client).call('widgetTyping', {});
      expect(await lines[0]?.until('typing')).toMatchObject({ data: { authorType: 'CLIENT', sessionId } });
    });

    test('switching an operator off ends their connections at both, told before, for good', async () => {
      const { john } = await conversation();
      const company = await other.asCompany();
      const begun = performance.now();
      await company.call('operatorStatus', { body: { id: 101, status: 1 } });
      for (const line of lines.slice(0, 2)) {
        expect(await line.disconnected).toEqual(closeCodes.operatorNotActive);
        expect(line.heard.findLast(({ feed }) => feed === 'operator:101')?.event).toMatch(
          /^chatSession|^operatorBlocked/,
        );
        expect(line.heard.map(({ event }) => event)).toContain('operatorBlocked');
        expect(line.comebacks).toEqual([]);
      }
      // Within a second on a machine of its own; the checks that make good for lost notices come every three.
      expect(performance.now() - begun).toBeLessThan(2000);
      await expect(listenAt(one, john)).rejects.toThrow(`${closeCodes.badToken.code}`);
    });

    test('who joins a group hears it at the other process: their connection comes back with its feed', async () => {
      const [john, sarah] = [await one.asOperator(101), await one.asOperator(102)];
      const [line, quiet] = [await listenAt(one, john), await listenAt(one, sarah)];
      await settled();
      const back = line.connected();
      const group = await (await other.asOperator(100)).call('createGroup', {
        body: { organizationId: 24, name: 'Parcels', operators: [101] },
      });
      await back;
      expect(line.feeds()).toContain(`group:${group.id}`);
      expect(line.comebacks).toEqual([closeCodes.feedsChanged.code]);
      expect(quiet.comebacks).toEqual([]);
    });

    test('signing out ends this sign-in at both, no other', async () => {
      const [first, second] = [await one.asOperator(), await one.asOperator()];
      const gone = [await listenAt(one, first), await listenAt(other, first)];
      const stays = await listenAt(other, second);
      await settled();
      await at(one, first).call('logout');
      for (const line of gone) expect(await line.disconnected).toEqual(closeCodes.loggedOut);
      await fence(other, [stays]);
      expect(stays.heard.map(({ event }) => event)).not.toContain('operatorLoggedOut');
      expect(await presence(101)).toBe('online');
    });

    test('a second login at the other process sends the first away', async () => {
      const email = 'john.smith@example.com';
      const [first, second] = [await one.asSignedIn(email), await other.asSignedIn(email)];
      const line = await listenAt(one, first);
      await settled();
      const next = await listenAt(other, second);
      expect(await line.disconnected).toEqual(closeCodes.signedInElsewhere);
      expect(line.heard.filter((heard) => !isFence(heard)).at(-1)).toMatchObject({ event: 'chatUserExists', data: {} });
      await fence(one, [next]);
      expect(next.heard.map(({ event }) => event)).not.toContain('chatUserExists');
    });

    test('an operator is online while either process has a connection of theirs', async () => {
      const [john, sarah] = [await one.asOperator(101), await one.asOperator(102)];
      const watch = await listenAt(other, sarah);
      const here = await listenAt(one, john);
      await settled();
      const there = await listenAt(other, john);
      const johns = () => watch.heard.filter(({ event, data }) => event === 'operatorStatusChanged' && data.id === 101);
      const leave = async (server: TestServer, line: Listener) => {
        const left = server.live.server.stats().connections - 1;
        line.close();
        await eventually(() => server.live.server.stats().connections === left);
        await settled();
      };
      await settled();
      await leave(one, here);
      await pass(60);
      await fence(one, [watch]);
      expect(johns().map(({ data }) => data.presence)).toEqual(['online']);
      await leave(other, there);
      await pass(29.999);
      expect(await presence(101)).toBe('online');
      await pass(0.001);
      expect(await presence(101)).toBe('offline');
      await fence(one, [watch]);
      expect(johns().map(({ data }) => data.presence)).toEqual(['online', 'offline']);
    });

    test('a process that stops leaves its operators the grace to come to another', async () => {
      const [john, sarah] = [await one.asOperator(101), await one.asOperator(102)];
      const third = await startBeside(one);
      await listenAt(third, john);
      await listenAt(third, sarah);
      await third.settled();
      for (const line of lines) line.close();
      await third.stop();
      await listenAt(other, john);
      await settled();
      expect([await presence(101), await presence(102)]).toEqual(['online', 'online']);
      await pass(30);
      expect([await presence(101), await presence(102)]).toEqual(['online', 'offline']);
    });

    test('one that others took for dead, because it was silent, says again who is there', async () => {
      const john = await one.asOperator();
      await listenAt(other, john);
      await settled();
      one.clock.advance(15_000);
      await one.tick();
      await one.settled();
      await pass(2);
      await pass(60);
      expect(await presence(101)).toBe('online');
    });

    test('a lost line is laid anew, and nothing that was said meanwhile is missed', async () => {
      const { client } = await conversation();
      const beside = await connectBeside();
      try {
        const cut = () =>
          beside.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'switchboard-notices' AND datname = current_database()",
          );
        const said = ['Hello'];
        for (let round = 0; round < 3; round++) {
          await cut();
          for (const server of [one, other]) {
            const body = `${round} ${server.url}`;
            said.push(body);
            await at(server, client).call('widgetSend', { body: { body } });
          }
          for (const line of lines) await line.until('chatMessageCreated', ({ body }) => body === said.at(-1));
        }
        for (const line of lines) expect(bodies(line)).toEqual(said);
        await cut();
        await (await one.asCompany()).call('operatorStatus', { body: { id: 101, status: 1 } });
        for (const line of lines.slice(0, 2)) expect(await line.disconnected).toEqual(closeCodes.operatorNotActive);
      } finally {
        await beside.end();
      }
    });

    test('a coming or going that could not be stored is stored later', async () => {
      const john = await one.asOperator();
      // Two: within a transaction the statistics stand still.
      const [holder, beside] = [await connectBeside(), await connectBeside()];
      const waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
      const failing = async <T>(act: () => Promise<T>): Promise<T> => {
        await holder.query('BEGIN; LOCK TABLE connections IN ACCESS EXCLUSIVE MODE');
        const done = await act();
        const writing = `SELECT pid ${waiting} AND query ~* '^(insert into|update) "connections"'`;
        await eventually(async () => (await beside.query(writing)).rows.length > 0);
        await beside.query(`SELECT pg_terminate_backend(pid) ${waiting}`);
        await holder.query('ROLLBACK');
        await one.settled();
        return done;
      };
      try {
        const line = await failing(() => listenAt(one, john));
        await pass(1);
        expect(await presence(101)).toBe('online');
        await failing(async () => line.close());
        await pass(1);
        await pass(30);
        expect(await presence(101)).toBe('offline');
      } finally {
        await Promise.all([holder.end(), beside.end()]);
      }
    });

    test('both route at the same moment: nobody is above capacity, every session has one operator or waits', async () => {
      const [john, sarah] = [await one.asOperator(101), await one.asOperator(102)];
      await listenAt(one, john);
      await listenAt(other, sarah);
      await settled();
      const clients = await Promise.all(Array.from({ length: 24 }, () => one.asClient()));
      await Promise.all(
        clients.map((client, index) =>
          at(index % 2 === 0 ? one : other, client).call('widgetSend', { body: { body: 'Hello' } }),
        ),
      );
      const admin = await one.asOperator(100);
      const { items = [] } = await admin.call('sessions', { query: { limit: 1000 } });
      const having = (operatorId: number | null) => items.filter((session) => session.operatorId === operatorId).length;
      expect([items.length, having(101), having(102), having(null)]).toEqual([24, 5, 5, 14]);
      // Places that become free at the same moment are given away at both, each once.
      const mine = items.filter(({ operatorId }) => operatorId !== null);
      await Promise.all(
        mine.map(({ id }, index) =>
          at(index % 2 === 0 ? one : other, admin).call('finishSession', { params: { sessionId: id } }),
        ),
      );
      const after = await admin.call('sessions', { query: { limit: 1000, status: 'ACTIVE,HELP' } });
      const has = (operatorId: number | null) =>
        after.items?.filter((session) => session.operatorId === operatorId).length;
      expect([has(101), has(102), has(null)]).toEqual([5, 5, 4]);
      const users = await admin.call('users', { query: { roles: 'OPERATOR' } });
      expect(users.items?.filter(({ id }) => id === 101 || id === 102).map((user) => user.activeSessions)).toEqual([
        5, 5,
      ]);
    });

    test('both tidy up at the same moment', async () => {
      const { john } = await conversation();
      const old = async () =>
        (
          await one.app.read
            .selectFrom('events')
            .select('at')
            .where('at', '<', one.clock.now() - 3600_000)
            .execute()
        ).length;
      one.clock.advance(3 * 3600_000);
      expect(await old()).toBeGreaterThan(0);
      const options = { eventHours: 1, dialect: one.database.dialect };
      await Promise.all([one, other, one, other].map(({ app }) => tidy(app, options)));
      expect(await old()).toBe(0);
      expect(await john.call('me')).toMatchObject({ id: demo.operatorId });
    });
  });

  test('two that start at the same moment on an empty database seed it once', async () => {
    const database = await makeTestDatabase();
    const remove = async () => {};
    const servers = await Promise.all([1, 2, 3].map(() => startTestServer({ database: { ...database, remove } })));
    try {
      expect(servers.filter(({ seeded }) => seeded)).toHaveLength(1);
      const [first, second] = servers;
      const john = await first?.asOperator(101);
      expect(await second?.withToken(john?.token ?? '').call('me')).toMatchObject({ id: 101 });
    } finally {
      for (const server of servers) await server[Symbol.asyncDispose]();
      await database.remove();
    }
  });

  test('a process that dies without a word: its operators have the grace, then they are offline', async () => {
    await using twins = await startTwins({ clock: testClock(Date.now()) });
    const { one } = twins;
    const child = await startServerProcess(one.testDatabase);
    const [john, sarah] = [await one.asOperator(101), await one.asOperator(102)];
    const online = async () => {
      const { items } = await (await one.asOperator(100)).call('users', { query: { online: true } });
      return items?.map(({ id }) => id);
    };
    const line = await listen(child.url, john.token);
    const both = [await listen(child.url, sarah.token), await listen(one.url, sarah.token)];
    await eventually(async () => (await online())?.length === 2);
    child.child.kill('SIGKILL');
    await child.ended;
    line.close();
    const pass = async (seconds: number) => {
      one.clock.advance(seconds * 1000);
      await Promise.all([one, twins.other].map((server) => server.tick()));
      for (const server of [one, twins.other]) await server.settled();
    };
    // Its last words were by the machine's clock, some seconds ahead of this one.
    await pass(30);
    expect(await online()).toEqual([101, 102]);
    await pass(29);
    expect(await online()).toEqual([101, 102]);
    await pass(1);
    await eventually(async () => (await online())?.length === 1);
    expect(await online()).toEqual([102]);
    for (const open of both) open.close();
  });
}
