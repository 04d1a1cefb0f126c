import { describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import { startTwins } from './testing/start-twins.ts';
import { later, minute, second, setTimes } from './testing/time.ts';

// Hundreds of commits, each of which waits for the disk.
const manyMs = 120_000;

/** How often this was told, in whichever feed. */
async function timesTold(server: TestServer, feed: string, event: string): Promise<number> {
  const rows = await server.app.read.selectFrom('events').select('data').where('feed', '=', feed).execute();
  return rows.filter(({ data }) => JSON.parse(data).event === event).length;
}
const writes = async (server: TestServer) => (await server.asClient()).call('widgetSend', { body: { body: 'Hello' } });
const show = async (server: TestServer, sessionId: string) =>
  (await server.asOperator(100)).call('session', { params: { sessionId } });

describe('after a restart', () => {
  test(
    'what was due meanwhile happens at once, what is due later at its time',
    async () => {
      let server = await startTestServer();
      await setTimes({ server }, { session_ttl: 300, timer_first_answer: 60 });
      const { sessionId } = await writes(server);
      server.clock.advance(59 * second);
      server = await server.restart();
      await server.tick();
      expect(await show(server, sessionId)).toMatchObject({ answerLate: false });
      server.clock.advance(second);
      server = await server.restart();
      await server.tick();
      expect(await show(server, sessionId)).toMatchObject({ answerLate: true });
      server.clock.advance(10 * minute);
      server = await server.restart();
      await server.tick();
      expect(await show(server, sessionId)).toMatchObject({ status: 'CLOSED', closedBy: 'TTL' });
      await server[Symbol.asyncDispose]();
    },
    manyMs,
  );
});

describe('what fails', () => {
  test('holds up nothing else, and is tried again a minute later', async () => {
    await using server = await startTestServer();
    await setTimes({ server }, { session_ttl: 300 });
    const [broken, whole] = [(await writes(server)).sessionId, (await writes(server)).sessionId];
    const steps = (text: string) =>
      server.app.transact((tx) =>
        tx.db.updateTable('sessions').set({ steps_said: text, timed: 1 }).where('id', '=', broken).execute(),
      );
    await steps('no JSON');
    await later({ server }, 300 * second);
    expect(await show(server, broken)).toMatchObject({ status: 'HELP' });
    expect(await show(server, whole)).toMatchObject({ status: 'CLOSED' });
    await steps('[]');
    await later({ server }, minute - 1);
    expect(await show(server, broken)).toMatchObject({ status: 'HELP' });
    await later({ server }, 1);
    expect(await show(server, broken)).toMatchObject({ status: 'CLOSED' });
  });
});

test(
  'many at once: every one of them, each once',
  async () => {
    await using server = await startTestServer();
    await setTimes({ server }, { session_ttl: 300 });
    // More than one page.
    const count = 130;
    await Promise.all(Array.from({ length: count }, () => writes(server)));
    await later({ server }, 300 * second);
    expect(await server.app.read.selectFrom('sessions').select('id').where('status', '<>', 'CLOSED').execute()).toEqual(
      [],
    );
  },
  manyMs,
);

// Only PostgreSQL is shared by processes.
if (process.env.SWITCHBOARD_TEST_DATABASE) {
  describe('two processes on one database', () => {
    test('fire what is due once', async () => {
      await using twins = await startTwins();
      const { one, other } = twins;
      await setTimes({ server: one }, { session_ttl: 300, timer_first_answer: 60 });
      const clients = await Promise.all(Array.from({ length: 20 }, () => one.asClient()));
      await Promise.all(clients.map((client) => client.call('widgetSend', { body: { body: 'Hello' } })));
      const before = await timesTold(one, 'organization:24', 'chatSessionUpdated');
      one.clock.advance(minute);
      await Promise.all([one.tick(), other.tick(), one.tick(), other.tick()]);
      expect(await timesTold(one, 'organization:24', 'chatSessionUpdated')).toBe(before + clients.length);
      one.clock.advance(300 * second);
      await Promise.all([one.tick(), other.tick()]);
      expect(await timesTold(one, 'organization:24', 'chatSessionUpdated')).toBe(before + 2 * clients.length);
      for (const { clientId } of clients) {
        const sessions = await one.app.read
          .selectFrom('sessions')
          .select(['status', 'closed_by'])
          .where('client_id', '=', clientId)
          .execute();
        expect(sessions).toEqual([{ status: 'CLOSED', closed_by: 'TTL' }]);
      }
    });
  });
}
