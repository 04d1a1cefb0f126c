import { describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { addSecondCompany } from '../testing/second-company.ts';

const organization = { id: 24, name: 'Customer Support' };
const { server, token } = await serveDemoCompany();

const list = (query: string, as = token) => ask(server, `GET /api/operator${query}`, { token: as });

test('the operators of the organization in id order, inactive and deleted ones too; administrators are not in it', async () => {
  await ask(server, 'POST /api/operator/status', { token, body: { id: 102, status: 2 } });
  expect((await list('?organizationId=24')).json).toEqual([
    { id: 101, name: 'John Smith', status: 0, organization },
    { id: 102, name: 'Sarah Johnson', status: 2, organization },
    { id: 103, name: 'Mike Wilson', status: 1, organization },
  ]);
  await ask(server, 'POST /api/operator/status', { token, body: { id: 102, status: 0 } });
});

test('an organization without operators is an empty list', async () => {
  expect((await list('?organizationId=42')).text).toBe('[]');
});

test.each(['', '?organizationId=', '?organizationId=abc', '?organizationId=24.5', '?organizationId=0x18'])(
  'organizationId missing or no integer (%s): 400',
  async (query) => {
    expect(expectRefusal(await list(query), 400, 'invalid_request')).toMatchObject([{ path: '/organizationId' }]);
  },
);
test.each(['24&organizationId=6', '-1', '0', '1e2', '99999999999999999999', 'true', 'null', '24%00'])(
  'organizationId=%s: 400',
  async (value) => {
    expectRefusal(await list(`?organizationId=${value}`), 400, 'invalid_request');
  },
);

describe('what is not there and what is not ours', () => {
  test('an unknown organization and one of another company are the same 404', async () => {
    const rival = await addSecondCompany(server);
    const unknown = await list('?organizationId=999999');
    const foreign = await list(`?organizationId=${rival.organizationId}`);
    expectRefusal(unknown, 404, 'not_found');
    expectRefusal(foreign, 404, 'not_found');
    const words = ({ json }: typeof unknown) => ({ ...(json as object), requestId: '' });
    expect(words(foreign)).toEqual(words(unknown));
    expectRefusal(await list('?organizationId=24', rival.company.token), 404, 'not_found');
    expectRefusal(await list('?organizationId=24', rival.operator.token), 404, 'not_found');
  });

  test('an operator token sees its own organization, no other; an administrator sees all', async () => {
    const operator = await server.asOperator(101);
    expect((await list('?organizationId=24', operator.token)).json).toHaveLength(3);
    expectRefusal(await list('?organizationId=6', operator.token), 404, 'not_found');
    const administrator = await server.asOperator(100);
    expect((await list('?organizationId=6', administrator.token)).status).toBe(200);
  });
});
