import { expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { inScope, say, table } from '../testing/table.ts';

const { server, token } = await serveDemoCompany();
const change = (id: number, body: unknown, as = token) =>
  ask(server, `PATCH /api/v1/organizations/${id}`, { token: as, body });

test('only what is named changes', async () => {
  const admin = await server.asOperator(100);
  const params = { organizationId: 42 };
  const before = {
    id: 42,
    name: 'Technical Support',
    maxSessions: 5,
    offlineGrace: 120,
    mayEdit: true,
    mayDelete: true,
  };
  expect(await admin.call('organization', { params })).toEqual({ ...before, changeSeconds: null });
  const asked = { name: ' Engineers ', offlineGrace: 0, mayEdit: false, changeSeconds: 600, id: 6, company_id: 9 };
  const after = { ...before, name: 'Engineers', offlineGrace: 0, mayEdit: false, changeSeconds: 600 };
  expect((await change(42, asked)).json).toEqual(after);
  expect((await change(42, {})).json).toEqual(after);
  expect((await change(42, { mayDelete: false, mayEdit: true, changeSeconds: null, maxSessions: 7 })).json).toEqual({
    ...after,
    mayDelete: false,
    mayEdit: true,
    changeSeconds: null,
    maxSessions: 7,
  });
  expect(await admin.call('organization', { params })).toMatchObject({ name: 'Engineers', maxSessions: 7 });
});

test('what is wrong is named and changes nothing', async () => {
  const rival = await addSecondCompany(server);
  const operator = await server.asOperator();
  const before = await dump(server);
  const bad = { name: ' ', maxSessions: 0, offlineGrace: -1, mayEdit: 1, changeSeconds: 0 };
  const paths = expectRefusal(await change(24, bad), 400, 'invalid_request').map(({ path }) => path);
  expect(paths.sort()).toEqual(['/changeSeconds', '/maxSessions', '/mayEdit', '/name', '/offlineGrace']);
  expectRefusal(await change(999, { name: 'X' }), 404, 'not_found');
  expectRefusal(await change(rival.organizationId, { name: 'X' }), 404, 'not_found');
  expectRefusal(await change(24, { name: 'X' }, rival.administrator.token), 404, 'not_found');
  expectRefusal(await change(24, { name: 'X' }, operator.token), 403, 'forbidden');
  expectRefusal(await ask(server, `GET /api/v1/organizations/${rival.organizationId}`, { token }), 404, 'not_found');
  expect(await dump(server)).toBe(before);
});

table([
  {
    does: 'a larger maxSessions serves help at once',
    given: async (scene) => {
      await scene.sarah.call('pause');
      await scene.admin.call('changeOrganization', { params: { organizationId: 24 }, body: { maxSessions: 1 } });
      await scene.otherClient.call('widgetSend', { body: { body: 'First' } });
      await say(scene, 'Second');
    },
    act: (scene) =>
      scene.admin.call('changeOrganization', { params: { organizationId: 24 }, body: { maxSessions: 2 } }),
    answers: { maxSessions: 2 },
    told: {
      ...inScope('chatSessionUpdated', 'operatorStatusChanged'),
      john: ['john: chatSessionAdded', 'org: chatSessionUpdated', 'org: operatorStatusChanged'],
      client: ['client: chatSessionUpdated'],
    },
  },
  {
    does: 'anything else tells nobody',
    act: (scene) =>
      scene.admin.call('changeOrganization', { params: { organizationId: 24 }, body: { name: 'Customer Support' } }),
    answers: { name: 'Customer Support' },
  },
]);
