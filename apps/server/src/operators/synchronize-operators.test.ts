import { describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany, type SecondCompany } from '../testing/second-company.ts';

const { server, token } = await serveDemoCompany();
let rival: SecondCompany;

const synchronize = (body: unknown, headers = {}) =>
  ask(server, 'POST /api/operator/synchronize', { token, body, headers });
const row = (extra: object = {}) => ({ organizationId: 24, name: 'Somebody', ...extra });

/** Refused, and not one row of the database is different. */
async function refusedWhole(body: unknown, status = 400, code = 'invalid_request') {
  const before = await dump(server);
  const details = expectRefusal(await synchronize(body), status, code);
  expect(await dump(server)).toBe(before);
  return details;
}

test('answers id, name and status in the order of the request, without organization; ids go on at 104', async () => {
  const answer = await synchronize([
    { organizationId: 24, name: 'Emily Davis' },
    { organizationId: 6, name: '  Robert Brown ' },
  ]);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual([
    { id: 104, name: 'Emily Davis', status: 0 },
    { id: 105, name: 'Robert Brown', status: 0 },
  ]);
  rival = await addSecondCompany(server);
});

test('only adds, and the same name may come again', async () => {
  const first = (await synchronize([row({ name: 'Twin' }), row({ name: 'Twin' })])).json as { id: number }[];
  const again = (await synchronize([row({ name: 'Twin' })])).json as { id: number }[];
  expect(new Set([...first, ...again].map(({ id }) => id)).size).toBe(3);
});

describe('a request that is refused adds nobody', () => {
  test('every bad field of every row is named', async () => {
    const details = await refusedWhole([
      row(),
      { organizationId: '24', name: '' },
      { name: 7 },
      'row',
      row({ name: ' \t\n ' }),
      row({ name: 'x'.repeat(101), email: 'not an address', groups: [0, 'a'], externalId: '' }),
    ]);
    expect(details.map(({ path }) => path).sort()).toEqual([
      '/1/name',
      '/1/organizationId',
      '/2/name',
      '/2/organizationId',
      '/3',
      '/4/name',
      '/5/email',
      '/5/externalId',
      '/5/groups/0',
      '/5/groups/1',
      '/5/name',
    ]);
    for (const { message } of details) expect(message).toMatch(/\w/);
  });

  test('each of 1000 rows with two bad fields', async () => {
    const details = await refusedWhole(Array.from({ length: 1000 }, () => ({ organizationId: 0, name: '' })));
    expect(details).toHaveLength(2000);
  });

  test.each([
    ['an object', {}],
    ['a string', 'x'],
    ['null', null],
    ['no row', []],
  ])('%s: 400', async (_, body) => {
    await refusedWhole(body);
  });

  test('no body at all: 400', async () => {
    expectRefusal(await ask(server, 'POST /api/operator/synchronize', { token }), 400, 'invalid_request');
  });

  test('one row of an unknown organization among good ones: 404 that names it', async () => {
    const details = await refusedWhole([row(), row({ organizationId: 999 })], 404, 'not_found');
    expect(details).toMatchObject([{ path: '/1/organizationId' }]);
  });

  test("another company's organization answers as an unknown one", async () => {
    await refusedWhole([row({ organizationId: rival.organizationId })], 404, 'not_found');
  });

  test("groups of another organization or company are no groups of ours, by whoever's id", async () => {
    const ownGroup = await server.app.transact(async ({ db, at }) =>
      db
        .insertInto('groups')
        .values({
          organization_id: 6,
          name: 'Invoices',
          timer_first_answer: null,
          timer_next_answers: null,
          created_at: at,
        })
        .returning('id')
        .executeTakeFirstOrThrow(),
    );
    const details = await refusedWhole([row({ groups: [ownGroup.id, rival.groupId, 999_999] })]);
    expect(details.map(({ path }) => path)).toEqual(['/0/groups/0', '/0/groups/1', '/0/groups/2']);
    const joined = await synchronize([row({ organizationId: 6, groups: [ownGroup.id, ownGroup.id] })]);
    const [{ id } = { id: 0 }] = joined.json as { id: number }[];
    const me = await (await server.asOperator(id)).call('me');
    expect(me.groups).toEqual([{ id: ownGroup.id, name: 'Invoices' }]);
  });

  test('an address that is in use, whichever its case, or twice in the request', async () => {
    const details = await refusedWhole([
      row({ email: 'JOHN.SMITH@example.com' }),
      row({ email: 'new@example.com' }),
      row({ email: 'New@Example.com' }),
    ]);
    expect(details.map(({ path }) => path)).toEqual(['/0/email', '/2/email']);
  });

  test('more groups than a statement has parameters', async () => {
    const groups = (index: number) => Array.from({ length: 90 }, (_, place) => 1_000_000 + index * 90 + place);
    await refusedWhole(
      Array.from({ length: 1000 }, (_, index) => ({ organizationId: 24, name: 'n', groups: groups(index) })),
    );
  });
});

test('1000 rows are added in order, 1001 are refused', async () => {
  const rows = (length: number) =>
    Array.from({ length }, (_, index) => row({ name: `Clerk ${index}`, organizationId: 42 }));
  expect(await refusedWhole(rows(1001))).toMatchObject([{ message: expect.stringContaining('1000') }]);
  const added = (await synchronize(rows(1000))).json as { id: number; name: string }[];
  expect(added.map(({ name }) => name)).toEqual(rows(1000).map(({ name }) => name));
  expect(added.map(({ id }) => id)).toEqual(added.map((_, index) => (added[0]?.id ?? 0) + index));
});

describe('externalId', () => {
  test('a repeat returns the operator that is there, unchanged, whatever its status', async () => {
    const [made] = (await synchronize([row({ externalId: 'crm-1', name: 'First name' })])).json as { id: number }[];
    await ask(server, 'POST /api/operator/status', { token, body: { id: made?.id, status: 1 } });
    const again = await synchronize([row({ externalId: 'crm-1', name: 'Other name' }), row({ externalId: 'crm-1' })]);
    const same = { id: made?.id, name: 'First name', status: 1 };
    expect(again.json).toEqual([same, same]);
  });

  test('twice in one request makes one operator', async () => {
    const answer = await synchronize([row({ externalId: 'crm-2' }), row({ externalId: 'crm-2' })]);
    const ids = (answer.json as { id: number }[]).map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
  });

  test('a repeat may carry the address that it brought the first time', async () => {
    const body = [row({ externalId: 'crm-3', email: 'crm3@example.com' })];
    expect((await synchronize(body)).json).toEqual((await synchronize(body)).json);
  });

  test('is of one organization: another one has its own', async () => {
    const answer = await synchronize([row({ externalId: 'crm-4' }), row({ externalId: 'crm-4', organizationId: 6 })]);
    const ids = (answer.json as { id: number }[]).map(({ id }) => id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('eight at once with one externalId and one address: one operator, told to all', async () => {
    const body = [row({ externalId: 'crm-5', email: 'crm5@example.com' })];
    const answers = await Promise.all(Array.from({ length: 8 }, () => synchronize(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('eight at once with one address and no externalId: one is added, seven are told why not', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => synchronize([row({ email: 'one@example.com' })])),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)]);
  });
});

test('what is not asked for cannot be set: owner, role, password, status', async () => {
  const answer = await synchronize([
    row({
      id: 7,
      companyId: rival.companyId,
      company_id: rival.companyId,
      role: 'ADMIN',
      status: 2,
      password_hash: 'x',
      email: 'plain@example.com',
    }),
  ]);
  const [{ id, status } = { id: 0, status: 9 }] = answer.json as { id: number; status: number }[];
  expect(status).toBe(0);
  expect(id).toBeGreaterThan(104);
  const me = await (await server.asOperator(id)).call('me');
  expect(me).toMatchObject({ companyId: 1, organizationId: 24, roles: [{ name: 'OPERATOR', company_id: 1 }] });
});
