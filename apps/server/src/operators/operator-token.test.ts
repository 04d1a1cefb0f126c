import { describe, expect, test } from 'vitest';
import { tidy } from '../housekeeping.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { claimsOf } from '../testing/claims.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';

const hour = 3600_000;
const { server, token } = await serveDemoCompany();
const rival = await addSecondCompany(server);

const getToken = (body: unknown, as = token) => ask(server, 'POST /api/operator/get-token', { token: as, body });
const ahead = (ms: number) => new Date(server.clock.now() + ms).toISOString();
const validate = async (given: unknown, as = token) => {
  const answer = await ask(server, 'POST /api/operator/validate-token', { token: as, body: { token: given } });
  expect(answer.status).toBe(200);
  return answer.json;
};

describe('get-token', () => {
  test('a bare JSON string: an HS256 token with operator_id and exp', async () => {
    const answer = await getToken({ id: 101, expiresAt: ahead(24 * hour) });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^"[\w-]+\.[\w-]+\.[\w-]+"$/);
    const { header, payload } = claimsOf(String(answer.json));
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toMatchObject({ operator_id: 101, exp: (server.clock.now() + 24 * hour) / 1000 });
    expect(payload).not.toHaveProperty('company_id');
  });

  test.each([
    ['with an offset', '2026-03-02T14:00:00+03:00', '2026-03-02T11:00:00Z'],
    ['with an offset without colon', '2026-03-02T05:30:00-0430', '2026-03-02T10:00:00Z'],
    ['without a zone: UTC', '2026-03-02T10:00:00', '2026-03-02T10:00:00Z'],
    ["as Python's isoformat writes it", '2026-03-02T10:00:00.123456+00:00', '2026-03-02T10:00:00Z'],
    ['as .NET writes it', '2026-03-02T10:00:00.1234567Z', '2026-03-02T10:00:00Z'],
    ['to the minute', '2026-03-02T10:00Z', '2026-03-02T10:00:00Z'],
  ])('expiresAt %s', async (_, expiresAt, means) => {
    const answer = await getToken({ id: 101, expiresAt });
    expect(claimsOf(String(answer.json)).payload.exp).toBe(Date.parse(means) / 1000);
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['a number', 1_772_500_000],
    ['an object', { $gt: '' }],
    ['a date', '2026-03-03'],
    ['no time', 'tomorrow'],
    ['no such hour', '2026-03-02T25:00:00Z'],
    ['no such month', '2026-13-02T10:00:00Z'],
    ['empty', ''],
    ['no such day', '2026-02-30T10:00:00Z'],
    ['far too long', `2026-03-02T10:00:00Z${' '.repeat(100_000)}`],
  ])('expiresAt %s: 400 that names it', async (_, expiresAt) => refusedFor(expiresAt, 'invalid_request'));

  test.each([
    ['the past', '2026-03-02T08:59:59Z'],
    ['now', '2026-03-02T09:00:00Z'],
    ['less than a second ahead', '2026-03-02T09:00:00.900Z'],
    ['beyond 24 hours', '2026-03-03T09:05:00Z'],
    ['30 days, as an old sample asks', '2026-04-01T09:00:00Z'],
  ])('expiresAt %s: 400 of its own code', async (_, expiresAt) => refusedFor(expiresAt, 'invalid_expiry'));

  async function refusedFor(expiresAt: unknown, code: string) {
    const before = await dump(server);
    const answer = await getToken({ id: 101, expiresAt });
    expect(expectRefusal(answer, 400, code)).toMatchObject([{ path: '/expiresAt' }]);
    expect(await dump(server)).toBe(before);
  }

  test('says what is wrong with the time', async () => {
    expect((await getToken({ id: 101, expiresAt: ahead(48 * hour) })).json).toMatchObject({
      code: 'invalid_expiry',
      error: 'expiresAt must be at most 24 hours ahead.',
    });
    expect((await getToken({ id: 101, expiresAt: ahead(-1000) })).json).toMatchObject({
      error: 'expiresAt must be in the future.',
    });
  });

  test('exactly 24 hours by a clock that runs ten seconds ahead of ours is granted', async () => {
    expect((await getToken({ id: 101, expiresAt: ahead(24 * hour + 10_000) })).status).toBe(200);
  });

  test('an inactive or deleted operator: 422; unknown or foreign: 404', async () => {
    expectRefusal(await getToken({ id: 103, expiresAt: ahead(hour) }), 422, 'operator_not_active');
    expectRefusal(await getToken({ id: 999_999, expiresAt: ahead(hour) }), 404, 'not_found');
    expectRefusal(await getToken({ id: rival.operatorId, expiresAt: ahead(hour) }), 404, 'not_found');
    expectRefusal(await getToken({ id: 101, expiresAt: ahead(hour) }, rival.company.token), 404, 'not_found');
  });
});

describe('validate-token', () => {
  test('valid: both spellings, whose it is and until when', async () => {
    const { json } = await getToken({ id: 102, expiresAt: ahead(hour) });
    expect(await validate(json)).toEqual({
      isValid: true,
      valid: true,
      operatorId: 102,
      clientId: 0,
      expiresAt: ahead(hour),
      error: null,
    });
  });

  test('a token of the operator face is one too', async () => {
    const signedIn = await server.asSignedIn('sarah.johnson@example.com');
    expect(await validate(signedIn.token)).toMatchObject({ isValid: true, valid: true, operatorId: 102 });
    await signedIn.call('logout');
    expect(await validate(signedIn.token)).toEqual({ isValid: false, valid: false, error: 'Invalid token' });
  });

  test('of an operator who was switched off since', async () => {
    const { json } = await getToken({ id: 102, expiresAt: ahead(hour) });
    await ask(server, 'POST /api/operator/status', { token, body: { id: 102, status: 1 } });
    expect(await validate(json)).toEqual({ isValid: false, valid: false, error: 'Operator is not active' });
    await ask(server, 'POST /api/operator/status', { token, body: { id: 102, status: 0 } });
    expect(await validate(json)).toEqual({ isValid: false, valid: false, error: 'Invalid token' });
  });

  test('anything else is invalid, always with 200', async () => {
    const { json } = await getToken({ id: 101, expiresAt: ahead(hour) });
    const [header, payload, signature] = String(json).split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const other = Buffer.from('{"operator_id":102,"sid":"x","exp":9999999999}').toString('base64url');
    const bad = [
      '',
      'not-a-token',
      'x'.repeat(100_000),
      token,
      rival.client.token,
      `${header}.${payload}.`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${other}.${signature}`,
      `${header}.${payload}.${signature?.slice(0, -2)}AA`,
    ];
    for (const one of bad)
      expect(await validate(one)).toEqual({ isValid: false, valid: false, error: 'Invalid token' });
    expect(await validate(rival.operator.token)).toEqual({ isValid: false, valid: false, error: 'Invalid token' });
    expect(await validate(rival.operator.token, rival.company.token)).toMatchObject({ isValid: true });
  });

  test('no token to look at is a bad request', async () => {
    for (const body of [{}, { token: null }, { token: 5 }, { token: ['a'] }]) {
      const answer = await ask(server, 'POST /api/operator/validate-token', { token, body });
      expect(expectRefusal(answer, 400, 'invalid_request')).toMatchObject([{ path: '/token' }]);
    }
  });
});

test('a forged token opens nothing on either face', async () => {
  const { json } = await getToken({ id: 101, expiresAt: ahead(hour) });
  const [, payload, signature] = String(json).split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const asCompany = Buffer.from('{"company_id":1,"exp":9999999999}').toString('base64url');
  for (const forged of [`${none}.${payload}.`, `${none}.${asCompany}.`, `${none}.${asCompany}.${signature}`]) {
    expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: forged }), 401, 'unauthorized');
    expectRefusal(await ask(server, 'GET /api/company/organization', { token: forged }), 401, 'unauthorized');
  }
});

test('the token is for the operator face too, and ends at its second', async () => {
  const company = await server.asCompany();
  const issue = { id: 101, expiresAt: ahead(hour) };
  const operatorToken = await company.call('operatorToken', { body: issue });
  const me = () => ask(server, 'GET /api/v1/users/me', { token: operatorToken });
  server.clock.advance(hour - 1);
  expect((await me()).json).toMatchObject({ id: 101, name: 'John Smith' });
  server.clock.advance(1);
  const late = await me();
  expectRefusal(late, 401, 'token_expired');
  expect(late.json).toMatchObject({ error: 'Token is expired.' });
  // Not a word about the sign-in that is gone, also after the tables were tidied.
  server.clock.advance(72 * hour);
  await tidy(server.app, { eventHours: 48, dialect: server.database.dialect });
  expect((await me()).json).toMatchObject({ error: 'Token is expired.' });
  const body = { token: operatorToken };
  expect(await company.call('validateToken', { body })).toEqual({
    isValid: false,
    valid: false,
    error: 'Token expired',
  });
});
