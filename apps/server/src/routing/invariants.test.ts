import type { Updateable } from 'kysely';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tables } from '../database/tables.ts';
import { createLog } from '../log.ts';
import { byLabel, createMetrics } from '../metrics.ts';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { givenHelp, givenMine, theSession } from '../testing/table.ts';
import { checkInvariants, watchInvariants } from './invariants.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await playScene();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(() => scene.again());

const check = () => checkInvariants(scene.server.app);
const johnId = 101;

type Change = Updateable<Tables['sessions']>;
const breakSession = (id: string, change: object) =>
  scene.server.app.transact(({ db }) =>
    db
      .updateTable('sessions')
      .set(change as Change)
      .where('id', '=', id)
      .execute(),
  );
const breakOperator = (id: number, change: object) =>
  scene.server.app.transact(({ db }) =>
    db
      .updateTable('operators')
      .set(change as Updateable<Tables['operators']>)
      .where('id', '=', id)
      .execute(),
  );
/** Breaks it, looks, and mends it again. */
async function brokenBy(breaks: () => Promise<unknown>, mends: () => Promise<unknown>) {
  await breaks();
  const found = await check();
  await mends();
  expect(await check()).toEqual([]);
  return found;
}

describe('a healthy server is silent', () => {
  test('with sessions in every state that there is', async () => {
    expect(await check()).toEqual([]);
    await givenMine(scene);
    expect(await check()).toEqual([]);
    await scene.sarah.call('pause');
    await scene.john.call('pause');
    await scene.otherClient.call('widgetSend', { body: { body: 'Hello' } });
    expect(await check()).toEqual([]);
    await scene.john.call('activate');
    expect(await check()).toEqual([]);
  });

  test('where an administrator without an organization has taken it', async () => {
    const { sessionId } = await givenHelp(scene);
    await scene.admin.call('takeSession', { params: { sessionId } });
    expect(await check()).toEqual([]);
  });
});

test('of another organization, an administrator may have it and an operator may not', async () => {
  await givenMine(scene);
  const id = await theSession(scene);
  const mend = async () => {
    await breakOperator(scene.billingId, { role: 'OPERATOR', open_sessions: 0 });
    await breakOperator(johnId, { open_sessions: 1 });
    await breakSession(id, { operator_id: johnId });
  };
  const give = (role: string) => async () => {
    await breakOperator(johnId, { open_sessions: 0 });
    await breakOperator(scene.billingId, { role, open_sessions: 1 });
    await breakSession(id, { operator_id: scene.billingId });
  };
  expect(await brokenBy(give('ADMIN'), mend)).toEqual([]);
  expect(await brokenBy(give('OPERATOR'), mend)).toEqual([{ rule: 'controller', ids: [id] }]);
});

describe('controller', () => {
  const broken: [string, object][] = [
    ['active with nobody', { operator_id: null, forced: 1 }],
    ['paused with nobody', { status: 'PAUSED', operator_id: null }],
    ['in help, and with an operator', { status: 'HELP' }],
    ['with the bot, and with an operator', { status: 'BOT', bot_id: 'b' }],
    ['with the bot, but with none', { status: 'BOT', operator_id: null }],
    ['in a state that there is not', { status: 'LOST', operator_id: null }],
  ];
  test.each(broken)('%s', async (_, change) => {
    await givenMine(scene);
    const id = await theSession(scene);
    const mine = { status: 'ACTIVE', operator_id: johnId, bot_id: null, forced: 0 };
    const found = await brokenBy(
      () => breakSession(id, change),
      () => breakSession(id, mine),
    );
    expect(found).toContainEqual({ rule: 'controller', ids: [id] });
  });

  test('an operator of another organization, of none without being an administrator, or who is not active', async () => {
    await givenMine(scene);
    const id = await theSession(scene);
    const mend = () => breakSession(id, { operator_id: johnId, forced: 0 });
    for (const change of [{ operator_id: scene.billingId }, { operator_id: 103 }]) {
      const found = await brokenBy(() => breakSession(id, { ...change, forced: 1 }), mend);
      expect(found).toContainEqual({ rule: 'controller', ids: [id] });
    }
    const homeless = await brokenBy(
      () => breakOperator(johnId, { organization_id: null }),
      () => breakOperator(johnId, { organization_id: 24 }),
    );
    expect(homeless).toContainEqual({ rule: 'controller', ids: [id] });
  });
});

test('places: the count is not the number of sessions that take one', async () => {
  await givenMine(scene);
  const id = await theSession(scene);
  const mend = () => breakOperator(johnId, { open_sessions: 1 });
  for (const wrong of [0, 2]) {
    const found = await brokenBy(() => breakOperator(johnId, { open_sessions: wrong }), mend);
    expect(found).toEqual([{ rule: 'places', ids: [johnId] }]);
  }
  // A paused one is counted.
  await breakSession(id, { status: 'PAUSED' });
  expect(await check()).toEqual([]);
  await breakSession(id, { status: 'ACTIVE' });
});

test('capacity: own limit, else that of the organization', async () => {
  await givenMine(scene);
  const own = await brokenBy(
    () => breakOperator(johnId, { max_sessions: 0 }),
    () => breakOperator(johnId, { max_sessions: null }),
  );
  expect(own).toEqual([{ rule: 'capacity', ids: [johnId] }]);
  const limit = (max_sessions: number) => () =>
    scene.server.app.transact(({ db }) =>
      db.updateTable('organizations').set({ max_sessions }).where('id', '=', 24).execute(),
    );
  expect(await brokenBy(limit(0), limit(5))).toEqual([{ rule: 'capacity', ids: [johnId] }]);
});

describe('help', () => {
  const breakHelp = async (before: object, after: object = {}) => {
    const { sessionId } = await givenHelp(scene);
    await breakSession(sessionId, { help_since: scene.server.clock.now(), ...before });
    const found = await brokenBy(
      () => breakOperator(sarahId, { paused: 0, ...after }),
      () => breakOperator(sarahId, { paused: 1, status: 0, online: 1, max_sessions: null }),
    );
    await breakSession(sessionId, { group_id: null, reserved_until: null, previous_operator_id: null });
    return { found, expected: [{ rule: 'help', ids: [sessionId] }] };
  };
  const minuteMs = 60_000;
  const now = () => scene.server.clock.now();

  test('waits while somebody is free', async () => {
    const { found, expected } = await breakHelp({});
    expect(found).toEqual(expected);
  });
  test('who is not active, not online, or full is not free', async () => {
    for (const change of [{ status: 1 }, { online: 0 }, { max_sessions: 0 }]) {
      expect((await breakHelp({}, change)).found).toEqual([]);
      await scene.again();
    }
  });
  test('nor is whom it was just taken from, but somebody else is', async () => {
    expect((await breakHelp({ previous_operator_id: sarahId })).found).toEqual([]);
    await scene.again();
    const { found, expected } = await breakHelp({ previous_operator_id: johnId });
    expect(found).toEqual(expected);
  });
  test('nor who is not in its group', async () => {
    const groupId = await scene.server.app.transact(async ({ db, at }) => {
      const values = {
        organization_id: 24,
        name: 'Few',
        timer_first_answer: null,
        timer_next_answers: null,
        created_at: at,
      };
      return (await db.insertInto('groups').values(values).returning('id').executeTakeFirstOrThrow()).id;
    });
    expect((await breakHelp({ group_id: groupId })).found).toEqual([]);
    await scene.again();
    await scene.server.app.transact(({ db }) =>
      db.insertInto('group_members').values({ group_id: groupId, operator_id: sarahId }).execute(),
    );
    const { found, expected } = await breakHelp({ group_id: groupId });
    expect(found).toEqual(expected);
  });
  test('reserved for somebody it may wait, until a while after that', async () => {
    expect((await breakHelp({ reserved_until: now() + minuteMs })).found).toEqual([]);
    await scene.again();
    const { found, expected } = await breakHelp({ reserved_until: now() - 2 * minuteMs });
    expect(found).toEqual(expected);
  });
});

test('timer: an open session that the clock will not look at', async () => {
  await givenMine(scene);
  const id = await theSession(scene);
  const { wake_at } = await scene.server.app.read
    .selectFrom('sessions')
    .select('wake_at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const found = await brokenBy(
    () => breakSession(id, { wake_at: null }),
    () => breakSession(id, { wake_at }),
  );
  expect(found).toEqual([{ rule: 'timer', ids: [id] }]);
});

test('double: two open sessions of one client and channel, where the index is lost', async () => {
  await givenMine(scene);
  const first = await theSession(scene);
  await scene.server.app.transact(({ db }) => sql`DROP INDEX sessions_one_open`.execute(db));
  await scene.server.app.transact(async ({ db }) => {
    const { number: _, ...row } = await db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', first)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('sessions')
      .values({ ...row, id: 'second', status: 'HELP', operator_id: null, reserved_until: scene.server.clock.now() })
      .execute();
  });
  expect(await check()).toEqual([{ rule: 'double', ids: ['second'] }]);
  await scene.server.app.transact(({ db }) => db.deleteFrom('sessions').where('id', '=', 'second').execute());
  await scene.server.app.transact(({ db }) =>
    sql`CREATE UNIQUE INDEX sessions_one_open ON sessions (channel_id, client_id) WHERE status <> 'CLOSED'`.execute(db),
  );
});

describe('the watch', () => {
  test('says what is broken in the log, without names, and counts it', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line: string) => void lines.push(line) });
    const { app } = scene.server;
    const watch = watchInvariants({ ...app, log });
    expect(watch.counts()).toEqual({});
    await givenMine(scene);
    await watch.look();
    expect(lines).toEqual([]);
    const well = { controller: 0, places: 0, capacity: 0, help: 0, double: 0, timer: 0 };
    expect(watch.counts()).toEqual(well);

    await brokenBy(
      async () => {
        await breakOperator(johnId, { open_sessions: 7 });
        await watch.look();
      },
      () => breakOperator(johnId, { open_sessions: 1 }),
    );
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, msg: 'invariant.violated', rule: 'places', ids: [johnId] },
      { level: 50, msg: 'invariant.violated', rule: 'capacity', ids: [johnId] },
    ]);
    expect(lines.join()).not.toContain('John');
    expect(watch.counts()).toEqual({ ...well, places: 1, capacity: 1 });

    const metrics = createMetrics();
    metrics.gaugeBy('violations', ['rule'], 'Help.', () => byLabel('rule', watch.counts()));
    expect(await metrics.registry.metrics()).toContain('violations{rule="places"} 1');
    await watch.look();
    expect(await metrics.registry.metrics()).toContain('violations{rule="places"} 0');
  });

  test('has looked when the server is there', async () => {
    const text = await (await fetch(`${scene.server.url}/metrics`)).text();
    for (const rule of ['controller', 'places', 'capacity', 'help', 'double', 'timer'])
      expect(text).toContain(`switchboard_invariant_violations{rule="${rule}"} 0`);
  });

  test('a database that does not answer is said, not thrown', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line: string) => void lines.push(line) });
    const read = scene.server.app.read.withTables();
    await watchInvariants({ ...scene.server.app, read: read.withSchema('nowhere'), log }).look();
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['invariants.failed']);
  });
});
