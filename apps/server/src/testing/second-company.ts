import { insertChannel } from '../channels/channel.store.ts';
import { insertCompany } from '../companies/company.store.ts';
import { insertOperators } from '../operators/operator.store.ts';
import { insertOrganization } from '../organizations/organization.store.ts';
import { createApiKey } from '../tokens/api-keys.ts';
import { hashPassword } from '../tokens/password.ts';
import type { Caller, ClientCaller, TestServer } from './start-test-server.ts';

const rival = { login: 'rival', password: 'rival-password', email: 'rita@rival.example' } as const;

export interface SecondCompany {
  companyId: number;
  organizationId: number;
  operatorId: number;
  administratorId: number;
  channelId: string;
  groupId: number;
  company: Caller;
  apiKey: Caller;
  operator: Caller;
  administrator: Caller;
  client: ClientCaller;
}

/** Another company on the same server, with one of everything. */
export async function addSecondCompany(server: TestServer): Promise<SecondCompany> {
  const passwordHash = await hashPassword(rival.password);
  const ids = await server.app.transact(async (tx) => {
    const { db, at } = tx;
    const companyId = await insertCompany(db, {
      name: 'Rival',
      login: rival.login,
      password_hash: passwordHash,
      created_at: at,
    });
    const organizationId = await insertOrganization(db, {
      company_id: companyId,
      name: 'Rival support',
      max_sessions: 5,
      created_at: at,
    });
    const person = {
      company_id: companyId,
      status: 0,
      external_id: null,
      max_sessions: null,
      last_session_at: null,
      created_at: at,
    };
    const [operator, administrator] = await insertOperators(db, [
      {
        ...person,
        organization_id: organizationId,
        name: 'Rita Rival',
        email: rival.email,
        password_hash: passwordHash,
        role: 'OPERATOR',
      },
      {
        ...person,
        organization_id: null,
        name: 'Rolf Rival',
        email: 'rolf@rival.example',
        password_hash: null,
        role: 'ADMIN',
      },
    ]);
    const { id: groupId } = await db
      .insertInto('groups')
      .values({
        organization_id: organizationId,
        name: 'Rival group',
        timer_first_answer: null,
        timer_next_answers: null,
        created_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const channelId = tx.uuid();
    await insertChannel(db, {
      id: channelId,
      organization_id: organizationId,
      name: 'Rival shop',
      messenger_type: 'WIDGET',
      group_id: null,
      greeting: null,
      busy_message: null,
      colours: '{}',
      allowed_origins: '[]',
      session_ttl: 3600,
      created_at: at,
    });
    if (!operator || !administrator) throw new Error('an inserted row was not returned');
    return {
      companyId,
      organizationId,
      operatorId: operator.id,
      administratorId: administrator.id,
      channelId,
      groupId,
    };
  });
  const { call } = server.withToken('');
  const company = server.withToken(
    await call('companyToken', { body: { login: rival.login, password: rival.password } }),
  );
  const { key } = await createApiKey(server.app, ids, { name: 'Rival key' });
  const tokenOf = async (id: number) => {
    const expiresAt = new Date(server.clock.now() + 12 * 3600_000).toISOString();
    return server.withToken(await company.call('operatorToken', { body: { id, expiresAt } }));
  };
  const { clientToken, clientId } = await call('widgetOpen', { body: { guid: ids.channelId } });
  return {
    ...ids,
    company,
    apiKey: server.withToken(key),
    operator: await tokenOf(ids.operatorId),
    administrator: await tokenOf(ids.administratorId),
    client: { ...server.withToken(clientToken), clientId },
  };
}
