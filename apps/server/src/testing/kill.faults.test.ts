import { setTimeout as after } from 'node:timers/promises';
import type { Message } from '@switchboard/protocol';
import { type Client, createClient } from '@switchboard/sdk';
import { expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { seeded } from '../simulation/random.ts';
import { eventually } from './fence.ts';
import { type Listener, listen } from './listen.ts';
import { expectWhole, placesOf, topsOf, withRows } from './load/rows.ts';
import { untilStored } from './load/until-stored.ts';
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts';
import { makeTestDatabase } from './test-database.ts';

const kills = 20;
const writerCount = 5;
const longestLifeMs = 300;
const catchUpMs = 20_000;
const seed = Number(process.env.SWITCHBOARD_TEST_SEED ?? Date.now() % 1_000_000_000);

interface Writer {
  /** What was acknowledged, in the order in which it was written. */
  acknowledged: Message[];
  stop(): void;
  done: Promise<void>;
}

/** Writes one message after the other, each until it is acknowledged, as our own clients do. */
function startWriting(name: string, send: (localId: string) => Promise<Message>): Writer {
  const acknowledged: Message[] = [];
  let stopped = false;
  const write = async () => {
    for (let n = 1; !stopped; n++) acknowledged.push(await untilStored(() => send(`${name}-${n}`)));
  };
  const done = write();
  // Looked at in the end; until then it is no unhandled rejection.
  done.catch(() => {});
  return { acknowledged, stop: () => (stopped = true), done };
}

test(`killed at ${kills} random moments under load: nothing acknowledged is lost or doubled, nothing is missed or heard twice (SWITCHBOARD_TEST_SEED=${seed})`, async () => {
  console.log(`kill test: SWITCHBOARD_TEST_SEED=${seed}`);
  const random = seeded(seed).next;
  const testDatabase = await makeTestDatabase();
  const port = await freePort();
  const said: string[] = [];
  const start = async (): Promise<ServerProcess> => {
    const started = await startServerProcess(testDatabase, ['--port', `${port}`]);
    started.child.stdout?.on('data', (data) => said.push(`${data}`));
    started.child.stderr?.on('data', (data) => said.push(`${data}`));
    return started;
  };
  let server: ServerProcess = await start();
  const lines: Listener[] = [];
  const writers: Writer[] = [];
  try {
    const baseUrl = server.url;
    const as = (token: string): Client => createClient({ baseUrl, token: () => token });
    const company = as(await as('').call('companyToken', { body: { login: demo.login, password: demo.password } }));
    const expiresAt = new Date(Date.now() + 3600_000).toISOString();
    const operatorTokens = await Promise.all(
      [101, 102].map((id) => company.call('operatorToken', { body: { id, expiresAt } })),
    );
    for (const token of operatorTokens) lines.push(await listen(baseUrl, token));

    // Clients write, each into a session of their own; two tries at once, as after a lost answer.
    for (let n = 1; n <= writerCount; n++) {
      const { clientToken } = await as('').call('widgetOpen', { body: { guid: demo.channelId } });
      lines.push(await listen(baseUrl, clientToken, 'widget'));
      const { call } = as(clientToken);
      const send = (localId: string) => call('widgetSend', { body: { body: `words of ${localId}`, localId } });
      writers.push(
        startWriting(`client${n}`, async (localId) => {
          if (n > 1) return send(localId);
          const [one, other] = await Promise.all([send(localId), send(localId)]);
          expect(other.id).toBe(one.id);
          return one;
        }),
      );
    }
    await eventually(() => writers.every(({ acknowledged }) => acknowledged.length > 0));
    // Operators answer, each in the first session of theirs.
    for (const [index, token] of operatorTokens.entries()) {
      const { call } = as(token);
      const mine = (await call('sessions', { query: { status: 'ACTIVE', operatorId: 101 + index } })).items?.[0];
      if (!mine) throw new Error('routing gave an operator nothing');
      const params = { sessionId: mine.id };
      writers.push(
        startWriting(`operator${index}`, (localId) =>
          call('sendMessage', { params, body: { body: `answer ${localId}`, localId } }),
        ),
      );
    }

    const caughtUp = async (): Promise<void> => {
      const tops = await withRows(testDatabase, topsOf);
      const reached = (line: Listener) => [...placesOf(line)].every(([feed, place]) => place >= (tops.get(feed) ?? 0));
      await eventually(() => lines.every(reached), catchUpMs);
    };

    for (let kill = 1; kill <= kills; kill++) {
      // Mostly in the middle of the work; sometimes while everybody is still coming back.
      if (random() < 0.8) await caughtUp();
      await after(random() * longestLifeMs);
      server.child.kill('SIGKILL');
      expect(await server.ended).toBe('SIGKILL');
      const acknowledged = writers.map((writer) => [...writer.acknowledged]);
      server = await start();
      await withRows(testDatabase, (db) => expectWhole(db, acknowledged));
    }

    for (const writer of writers) writer.stop();
    await Promise.all(writers.map(({ done }) => done));
    await caughtUp();

    const acknowledged = writers.map((writer) => writer.acknowledged);
    await withRows(testDatabase, (db) => expectWhole(db, acknowledged));
    for (const line of lines) {
      expect(line.subscribed.filter(({ wasRecovering, recovered }) => wasRecovering && !recovered)).toEqual([]);
      expect(line.comebacks.length).toBeGreaterThan(0);
    }
    // Each client heard each of its messages, once, and operators those of the sessions that are theirs.
    const told = (line: Listener) =>
      line.heard.filter(({ event }) => event === 'chatMessageCreated').map(({ data }) => data.id as string);
    const [, , ...widgets] = lines;
    for (const [index, line] of widgets.entries()) {
      const own = new Set(acknowledged[index]?.map(({ id }) => id));
      const heard = told(line).filter((id) => own.has(id));
      expect(heard).toEqual([...own]);
    }
    const byOperators = lines.slice(0, 2).flatMap(told);
    expect(new Set(byOperators).size).toBe(byOperators.length);
    const all = acknowledged.flat();
    expect(all.every(({ id }) => byOperators.includes(id))).toBe(true);
    console.log(`kill test: ${all.length} messages acknowledged`);
  } catch (error) {
    console.log(said.join('\n'));
    throw error;
  } finally {
    for (const writer of writers) writer.stop();
    for (const line of lines) line.close();
    server.child.kill('SIGKILL');
    await server.ended;
    await Promise.allSettled(writers.map(({ done }) => Promise.race([done, after(100)])));
    await testDatabase.remove();
  }
});
