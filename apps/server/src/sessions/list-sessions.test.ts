import type { Session, SessionsQuery, sessionFilters } from '@switchboard/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { type Caller, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { addSecondOperator } from './session.store.ts';

const clients = 6;
const sessionsMade = 60;
const tags = ['vip', 'VIP', 'late', '"quoted"', 'a,b'];
const start = Date.parse('2026-03-01T00:00:00Z');
const minute = 60_000;
const uuid = (kind: string, number: number) => `00000000-0000-4000-8${kind}-${String(number).padStart(12, '0')}`;

let server: TestServer;
let john: Caller;
let groupIds: number[];
/** All of them as the server shows them, and by what else they can be asked for. */
let all: Session[];

/** Sessions in every state that there is, as if a day had gone by. */
async function insertSessions(first: number, count: number): Promise<void> {
  await server.app.transact(async ({ db }) => {
    for (let number = first; number < first + count; number++) {
      const statuses = ['CLOSED', 'CLOSED', 'ACTIVE', 'HELP', 'BOT', 'PAUSED'] as const;
      const client = number % clients;
      // One open session for a client and channel.
      const status = number < clients ? (statuses[number % 6] ?? 'CLOSED') : 'CLOSED';
      const withOperator = ['ACTIVE', 'PAUSED'].includes(status) || (status === 'CLOSED' && number % 3 > 0);
      await db
        .insertInto('sessions')
        .values({
          id: uuid('001', number),
          organization_id: 24,
          channel_id: demo.channelId,
          client_id: uuid('002', client),
          group_id: [null, null, ...groupIds][number % 4] ?? null,
          name: ['', 'Order', 'order 7', '100% _sure_', 'Заказ'][number % 5] ?? '',
          status,
          operator_id: withOperator ? 101 + (number % 2) : null,
          operator_assigned_at: withOperator ? start + (number % 7) * minute : null,
          last_message_at: number % 4 === 0 ? null : start + ((number * 13) % 20) * minute,
          marked_as_spam: number % 5 === 0 ? 1 : 0,
          bot_status: status === 'BOT' ? 'ACTIVE' : ([null, 'HANDED_OVER', 'FINISHED', 'FAILED'][number % 4] ?? null),
          tags: JSON.stringify(tags.filter((_, bit) => (number >> bit) % 2 === 1)),
          started_at: start + (number % 15) * minute,
          closed_at: status === 'CLOSED' ? start + 3600_000 : null,
          ttl: 3600,
        })
        .execute();
    }
  });
}

beforeAll(async () => {
  server = await startTestServer();
  await server.app.transact(async ({ db, at }) => {
    for (let number = 0; number < clients; number++) {
      await db
        .insertInto('clients')
        .values({
          id: uuid('002', number),
          organization_id: 24,
          channel_id: demo.channelId,
          name: [null, 'Anna', 'Order clerk'][number % 3] ?? null,
          external_id: number === 1 ? 'crm-17' : null,
          language: null,
          page: null,
          banned_at: number === 2 ? at : null,
          online_at: null,
          offline_at: null,
          created_at: at,
        })
        .execute();
    }
    const group = (name: string) => ({
      organization_id: 24,
      name,
      timer_first_answer: null,
      timer_next_answers: null,
      created_at: at,
    });
    const made = await db
      .insertInto('groups')
      .values([group('One'), group('Two')])
      .returning('id')
      .execute();
    groupIds = made.map(({ id }) => id);
    await db
      .insertInto('group_members')
      .values(groupIds.map((group_id) => ({ group_id, operator_id: 101 })))
      .execute();
  });
  await insertSessions(0, sessionsMade);
  await server.app.transact(async ({ db }) => {
    for (const number of [3, 10, 11]) {
      const row = { session_id: uuid('001', number), operator_id: 102, assigned_at: start };
      await addSecondOperator(db, row, '[[102,null]]');
    }
  });
  john = await server.asOperator(101);
  all = (await john.call('sessions', { query: { limit: 1000 } })).items ?? [];
});
afterAll(() => server[Symbol.asyncDispose]());

// ─── What the answer must be: filter and sort in the plain way ───────────────────────────────────────────────────────

const has = (text: string | null, part: string) => text?.toLowerCase().includes(part.toLowerCase()) ?? false;

const filters: { [K in keyof SessionsQuery]?: (session: Session, value: NonNullable<SessionsQuery[K]>) => boolean } = {
  sessionId: ({ id }, value) => id === value,
  from: ({ startedAt }, value) => Date.parse(startedAt) >= Date.parse(value),
  to: ({ startedAt }, value) => Date.parse(startedAt) <= Date.parse(value),
  markedAsSpam: ({ markedAsSpam }, value) => markedAsSpam === value,
  operatorId: ({ operatorId, operators }, value) => operatorId === value || operators.some(({ id }) => id === value),
  operatorType: ({ operatorType }, value) => operatorType === value,
  status: ({ status }, value) => value.split(',').includes(status),
  botStatus: ({ botStatus }, value) => value.split(',').includes(botStatus ?? ''),
  name: ({ name }, value) => has(name, value),
  chatId: ({ chatId }, value) => chatId === value,
  clientId: ({ clientId }, value) => clientId === value,
  groupId: ({ groupId }, value) => groupId === value,
  clientBanned: ({ clientBanned }, value) => clientBanned === value,
  tags: (session, value) => value.split(',').every((tag) => session.tags.includes(tag)),
  keyword: ({ id, name, clientName, clientId, clientExternalId }, value) =>
    [id, name, clientName, clientId, clientExternalId].some((text) => has(text, value)),
};

const sorts: Record<string, (session: Session) => string | number> = {
  name: ({ name }) => name,
  status: ({ status }) => status,
  markedAsSpam: ({ markedAsSpam }) => Number(markedAsSpam),
  startedAt: ({ startedAt }) => startedAt,
  lastMessageCreatedAt: ({ lastMessageCreatedAt }) => lastMessageCreatedAt ?? '',
  operatorAssignedAt: ({ operatorAssignedAt }) => operatorAssignedAt ?? '',
};

function compare(sort = '') {
  return (one: Session, other: Session): number => {
    for (const part of sort === '' ? [] : sort.split(',')) {
      const of = sorts[part.replace(/^[-+]/, '')];
      if (!of) throw new Error(part);
      const [left, right] = [of(one), of(other)];
      if (left !== right) return (left < right ? -1 : 1) * (part.startsWith('-') ? -1 : 1);
    }
    return other.number - one.number;
  };
}

function expected({ sort, groupByClientId, ...query }: SessionsQuery): string[] {
  let found = all.filter((session) =>
    Object.entries(query).every(
      ([name, value]) =>
        (filters[name as keyof SessionsQuery] as ((session: Session, value: unknown) => boolean) | undefined)?.(
          session,
          value,
        ) ?? true,
    ),
  );
  if (groupByClientId) {
    found = found.filter(
      ({ clientId, number }) => !found.some((one) => one.clientId === clientId && one.number > number),
    );
  }
  return found.sort(compare(sort)).map(({ id }) => id);
}

const several = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 }).map((some) => some.join(','));
const aTime = fc.nat({ max: 16 }).map((minutes) => new Date(start + minutes * minute).toISOString());
const sort = fc
  .subarray(Object.keys(sorts), { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map((name) => fc.constantFrom(name, `-${name}`, `+${name}`))))
  .map((parts) => parts.join(','));
const query: fc.Arbitrary<SessionsQuery> = fc.record(
  {
    sessionId: fc.nat({ max: sessionsMade }).map((number) => uuid('001', number)),
    from: aTime,
    to: aTime,
    markedAsSpam: fc.boolean(),
    operatorId: fc.constantFrom(101, 102, 103),
    operatorType: fc.constantFrom('BOT' as const, 'OPERATOR' as const),
    status: several(['BOT', 'HELP', 'ACTIVE', 'PAUSED', 'CLOSED']),
    botStatus: several(['ACTIVE', 'HANDED_OVER', 'FINISHED', 'FAILED']),
    name: fc.constantFrom('order', '#', '%', '_', 'Зак', 'anna'),
    chatId: fc.constantFrom(demo.channelId, uuid('009', 1)),
    clientId: fc.nat({ max: clients }).map((number) => uuid('002', number)),
    groupId: fc.constantFrom(1, 2, 3),
    clientBanned: fc.boolean(),
    groupByClientId: fc.boolean(),
    tags: several(['vip', 'VIP', 'late', '"quoted"', 'vi']),
    keyword: fc.constantFrom('crm-17', 'ORDER', '0000', 'anna', '100% _', 'nobody'),
    sort,
  },
  { requiredKeys: [] },
);
/** Two or three at once, so that something is found: of all seventeen nothing would be. */
const someOf = query.chain((whole) =>
  fc.subarray(Object.keys(whole), { maxLength: 3 }).map((names) => {
    const entries = Object.entries(whole).filter(([name]) => names.includes(name) || name === 'sort');
    return Object.fromEntries(entries) as SessionsQuery;
  }),
);

describe('a list', () => {
  test('has the sessions that every filter lets through, in the order asked for, and counts them', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(someOf, async (asked) => {
        const { count, items = [] } = await john.call('sessions', { query: { ...asked, limit: 1000 } });
        const ids = expected(asked);
        expect(items.map(({ id }) => id)).toEqual(ids);
        expect(count).toBe(ids.length);
        found += Math.sign(ids.length);
      }),
      { numRuns: 250 },
    );
    expect(found).toBeGreaterThan(60);
  });

  test('in pages by cursor is the list in one piece, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(someOf, fc.integer({ min: 1, max: 25 }), async (asked, limit) => {
        expect(await inPages(asked, limit)).toEqual(expected(asked));
      }),
      { numRuns: 40 },
    );
  });

  test('by pages and by offset is the same', async () => {
    const ids = expected({ sort: '-startedAt' });
    const ask = async (part: object) =>
      (await john.call('sessions', { query: { sort: '-startedAt', limit: 7, ...part } })).items?.map(({ id }) => id);
    expect(await ask({ page: 3 })).toEqual(ids.slice(14, 21));
    expect(await ask({ offset: 55 })).toEqual(ids.slice(55));
  });

  test('without its count, without its items, with some fields', async () => {
    const call = (part: SessionsQuery) => john.call('sessions', { query: { status: 'CLOSED', limit: 3, ...part } });
    const whole = await call({});
    expect(Object.keys(whole).sort()).toEqual(['count', 'items', 'nextCursor']);
    expect(Object.keys(await call({ withoutCount: true })).sort()).toEqual(['items', 'nextCursor']);
    expect(await call({ withoutItems: true })).toEqual({ count: whole.count });
    expect((await call({ fields: 'id,number' })).items).toEqual(whole.items?.map(({ id, number }) => ({ id, number })));
  });

  test('ends: the last page has no cursor', async () => {
    const { nextCursor } = await john.call('sessions', { query: { limit: sessionsMade } });
    expect(nextCursor).toBeUndefined();
  });

  const refused = async (query: string) =>
    expect(
      expectRefusal(await ask(server, `GET /sessions?${query}`, { token: john.token }), 400, 'invalid_request'),
      query,
    ).toEqual([{ path: '/cursor', message: 'must be a nextCursor of the same filters and sort' }]);

  test('a cursor of another order, of another list, or no cursor at all is refused', async () => {
    const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    /** A cursor of this list, with other values. */
    const forged = async (query: SessionsQuery, ...values: unknown[]) => {
      const { nextCursor = '' } = await john.call('sessions', { query: { limit: 2, ...query } });
      const [list] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as unknown[];
      return forge([list, ...values]);
    };
    expect((await ask(server, `GET /sessions?cursor=${await forged({}, 1)}`, { token: john.token })).status).toBe(200);
    for (const query of [
      `sort=-name&cursor=${await forged({ sort: 'name' }, 'a', 1)}`,
      `cursor=${await forged({ sort: 'name' }, 'a', 1)}`,
      `cursor=${await forged({ sort: 'startedAt' }, 1)}`,
      'cursor=nonsense',
      `cursor=${forge(null)}`,
      `cursor=${forge({})}`,
      `cursor=${forge(['', 1])}`,
      `cursor=${await forged({})}`,
      `cursor=${await forged({}, '1')}`,
      `cursor=${await forged({}, 1.5)}`,
      `cursor=${await forged({}, 1, 2)}`,
      `sort=name&cursor=${await forged({ sort: 'name' }, 'a\0', 1)}`,
      `sort=startedAt&cursor=${await forged({ sort: 'startedAt' }, null, 1)}`,
    ]) {
      await refused(query);
    }
  });

  test('a cursor is of its filters; how much is shown of it, and how, may change', async () => {
    const asked: SessionsQuery = { status: 'CLOSED', sort: 'name' };
    const { items = [], nextCursor = '' } = await john.call('sessions', { query: { ...asked, limit: 2 } });
    const call = (query: SessionsQuery) => john.call('sessions', { query: { ...asked, cursor: nextCursor, ...query } });
    const next = expected(asked).slice(2, 5);
    for (const same of [{}, { withoutCount: true }, { fields: 'id' }, { keyword: '' }, { sort: '+name' }]) {
      expect((await call({ limit: 3, ...same })).items?.map(({ id }) => id)).toEqual(next);
    }
    const [{ id = '', clientId = '', chatId = '' } = {}] = items;
    const at = new Date(server.clock.now()).toISOString();
    const others: Record<(typeof sessionFilters)[number], unknown> = {
      sessionId: id,
      from: at,
      to: at,
      markedAsSpam: false,
      operatorId: 101,
      operatorType: 'BOT',
      status: 'CLOSED,HELP',
      name: 'a',
      chatId,
      clientId,
      groupId: 1,
      groupByClientId: true,
      botStatus: 'FAILED',
      tags: 'a',
      clientBanned: false,
      keyword: 'a',
    };
    for (const [name, value] of Object.entries(others)) {
      const query = new URLSearchParams({ status: 'CLOSED', sort: 'name', cursor: nextCursor });
      query.set(name, String(value));
      await refused(query.toString());
    }
    await refused(new URLSearchParams({ sort: 'name', cursor: nextCursor }).toString());
  });
});

// Last: it makes more of them.
test('a walk by cursor neither skips nor repeats while new sessions arrive', async () => {
  let made = sessionsMade;
  const arrive = () => insertSessions(made++, 1);
  for (const sort of [
    '',
    'name',
    '-name',
    '-startedAt',
    'startedAt',
    '-lastMessageCreatedAt',
    'status,-operatorAssignedAt',
  ]) {
    const before = (await john.call('sessions', { query: { limit: 1000 } })).items?.map(({ id }) => id) ?? [];
    const walked = await inPages({ ...(sort && { sort }) }, 9, arrive);
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.filter((id) => before.includes(id)).sort()).toEqual(before.sort());
  }
});

async function inPages(asked: SessionsQuery, limit: number, between?: () => Promise<void>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { items = [], nextCursor } = await john.call('sessions', {
      query: { ...asked, limit, ...(cursor && { cursor }) },
    });
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
    await between?.();
  } while (cursor);
  return ids;
}
