import { setTimeout as after } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { emptyInbox } from '../../../panel/src/inbox-state.ts';
import { systemClock } from '../clock.ts';
import type { Tables } from '../database/tables.ts';
import { checkInvariants } from '../routing/invariants.ts';
import { seeded } from '../simulation/random.ts';
import { layCable } from './cable.ts';
import { eventually } from './fence.ts';
import type { Listener } from './listen.ts';
import { differences } from './load/differences.ts';
import { expectWhole, placesOf, topsOf, withRows } from './load/rows.ts';
import type { Seat } from './load/seat.ts';
import { type Servers, startServers } from './load/servers.ts';
import { visit } from './load/visit.ts';
import { work } from './load/work.ts';
import { openShop, type World } from './load/world.ts';
import { reload } from './panel-state.ts';
import { makeTestDatabase, type TestDatabase } from './test-database.ts';

const clientCount = 500;
const loadMs = 40_000;
const tideMs = 9_000;
const settlesWithinMs = 60_000;
const seed = Number(process.env.SWITCHBOARD_TEST_SEED ?? Date.now() % 1_000_000_000);
// One process may have SQLite, any number PostgreSQL.
const processes = process.env.SWITCHBOARD_TEST_DATABASE ? 2 : 1;
// So short that who stays away loses their sessions.
const graces = ['--presence-grace', '1', '--client-grace', '1'];

async function expectNoViolation(db: Kysely<Tables>): Promise<void> {
  expect(await checkInvariants({ read: db, clock: systemClock })).toEqual([]);
}

/** At every moment, not only in the end. */
async function watchInvariants(database: TestDatabase, world: World): Promise<void> {
  while (!world.isOver()) {
    await withRows(database, expectNoViolation);
    await world.rest(700);
  }
}

/** Kills one process at a time, sometimes all at once, and starts them again. */
async function killAtRandom(servers: Servers, database: TestDatabase, world: World): Promise<number> {
  const random = world.randomFor(0);
  for (let kills = 0; ; ) {
    await world.rest(1000 + random.exponential(3000));
    if (world.isOver()) return kills;
    const first = Math.floor(random.next() * servers.count);
    const all = random.next() < 0.3;
    const dying = Array.from({ length: all ? servers.count : 1 }, (_, n) => (first + n) % servers.count);
    await Promise.all(dying.map((n) => servers.kill(n)));
    kills += dying.length;
    // Every commit is whole, also the last one.
    await withRows(database, expectNoViolation);
    if (servers.count > 1) await world.rest(random.exponential(2000));
    for (const n of dying) await servers.start(n);
  }
}

/** Nothing happens any more, and everybody has heard all that did. */
async function allIsHeard(database: TestDatabase, seats: Seat[], lines: Listener[]): Promise<Map<string, number>> {
  let tops = new Map<string, number>();
  const behind = (places: ReadonlyMap<string, number>) =>
    [...places].some(([feed, place]) => place < (tops.get(feed) ?? 0));
  await eventually(async () => {
    await after(200);
    tops = await withRows(database, topsOf);
    return (
      seats.every((seat) => seat.isReady() && !behind(seat.places)) && !lines.some((line) => behind(placesOf(line)))
    );
  }, settlesWithinMs);
  return tops;
}

/** What was heard of the first few sessions that differ. */
const storiesOf = (differing: string[], seats: Seat[]): string =>
  differing
    .slice(0, 3)
    .flatMap((one) => {
      const [, id, sessionId = ''] = /^operator (\d+) \/\w+\/([^/:]+)/.exec(one) ?? [];
      return [one.slice(0, 200), ...(seats.find((seat) => String(seat.id) === id)?.log.of(sessionId) ?? [])];
    })
    .join('\n');

/** Compares at a moment in which nothing was told: the clock may still end graces and pauses. */
async function expectPicturesOfNow(database: TestDatabase, seats: Seat[], lines: Listener[]): Promise<void> {
  for (let attempt = 1; attempt <= 30; attempt++) {
    const before = await allIsHeard(database, seats, lines);
    const inboxes = seats.map((seat) => seat.inbox());
    const fresh = await Promise.all(seats.map((seat, n) => reload(seat, inboxes[n] ?? emptyInbox)));
    const now = await withRows(database, topsOf);
    if ([...now].some(([feed, top]) => before.get(feed) !== top)) continue;
    const differing = seats.flatMap((seat, n) =>
      differences(inboxes[n] ?? emptyInbox, fresh[n] ?? emptyInbox).map((one) => `operator ${seat.id} ${one}`),
    );
    if (differing.length > 0) console.log(storiesOf(differing, seats));
    expect(differing).toEqual([]);
    return;
  }
  throw new Error('something is told all the time');
}

test(`30 operators and ${clientCount} clients at work, killed at random moments: all stays whole (SWITCHBOARD_TEST_SEED=${seed})`, async () => {
  console.log(`load test: SWITCHBOARD_TEST_SEED=${seed}`);
  const database = await makeTestDatabase();
  const servers = await startServers(database, processes, graces);
  const proxies = await Promise.all(Array.from({ length: servers.count }, (_, n) => layCable(() => servers.url(n))));
  const over = new AbortController();
  let shop: Pick<World, 'seats' | 'groupIds' | 'channelIds'> | undefined;
  const lines: Listener[] = [];
  const beside: Promise<unknown>[] = [];
  try {
    shop = await openShop(servers);
    const { seats } = shop;
    const started = performance.now();
    const world: World = {
      ...shop,
      tide: () => (Math.floor((performance.now() - started) / tideMs) % 2 === 0 ? 0.6 : 4),
      isOver: () => over.signal.aborted,
      rest: (milliseconds) => after(milliseconds, undefined, { signal: over.signal }).catch(() => {}),
      randomFor: (name) => seeded(seed + name),
      acknowledged: [],
      finished: new Set(),
      outcomes: new Map(),
    };
    const clients = Array.from({ length: clientCount }, (_, n) =>
      visit(1000 + n, world, proxies[n % proxies.length]?.url ?? ''),
    );
    const operators = seats.map((seat) => work(seat, world));
    const everybody = Promise.all([...clients, ...operators]);
    const killing = killAtRandom(servers, database, world);
    const watching = watchInvariants(database, world);
    // Looked at in the end; until then they are no unhandled rejections.
    beside.push(everybody, killing, watching);
    for (const one of beside) one.catch(() => {});
    // Whoever fails ends it early.
    await Promise.race([world.rest(loadMs), killing, everybody, watching]);
    over.abort();
    const kills = await killing;
    await Promise.all([everybody, watching]);
    for (const line of await Promise.all(clients)) if (line) lines.push(line);

    await expectPicturesOfNow(database, seats, lines);
    expect(seats.flatMap(({ faults }) => faults)).toEqual([]);
    await withRows(database, async (db) => {
      await expectNoViolation(db);
      await expectWhole(db, world.acknowledged);
      const closed = await db.selectFrom('sessions').select('id').where('status', '=', 'CLOSED').execute();
      expect([...world.finished].filter((id) => !closed.some((row) => row.id === id))).toEqual([]);
    });
    console.log(
      [
        `load test: ${kills} kills, ${world.acknowledged.flat().length} messages acknowledged`,
        `${seats.reduce((sum, seat) => sum + seat.comebacks, 0)} comebacks, ${seats.reduce((sum, seat) => sum + seat.reloads, 0)} loads anew`,
        ...[...world.outcomes].sort().map(([name, count]) => `${name} ${count}`),
      ].join('\n  '),
    );
  } catch (error) {
    console.log(servers.output());
    throw error;
  } finally {
    over.abort();
    await Promise.race([Promise.allSettled(beside), after(settlesWithinMs, undefined, { ref: false })]);
    for (const line of lines) line.close();
    await Promise.all((shop?.seats ?? []).map((seat) => seat.leave()));
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    await servers.end();
    await database.remove();
  }
});
