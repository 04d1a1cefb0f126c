import { insertChannel } from '../channels/channel.store.ts';
import { countCompanies, findCompanyByLogin, insertCompany } from '../companies/company.store.ts';
import type { Database } from '../database/database.ts';
import { insertOperators } from '../operators/operator.store.ts';
import { insertOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { hashPassword, passwordMatches } from '../tokens/password.ts';

export const demo = {
  login: 'demo',
  password: 'demo-password',
  operatorEmail: 'john.smith@example.com',
  administratorEmail: 'admin@example.com',
  channelId: '00000000-0000-4000-8000-000000000024',
  organizationId: 24,
  operatorId: 101,
} as const;

const organizations = [
  { id: 6, name: 'Billing' },
  { id: 24, name: 'Customer Support' },
  { id: 42, name: 'Technical Support' },
];
const operators = [
  { id: 100, name: 'Administrator', email: demo.administratorEmail, role: 'ADMIN', status: 0, organization_id: null },
  { id: 101, name: 'John Smith', email: demo.operatorEmail, role: 'OPERATOR', status: 0, organization_id: 24 },
  {
    id: 102,
    name: 'Sarah Johnson',
    email: 'sarah.johnson@example.com',
    role: 'OPERATOR',
    status: 0,
    organization_id: 24,
  },
  { id: 103, name: 'Mike Wilson', email: 'mike.wilson@example.com', role: 'OPERATOR', status: 1, organization_id: 24 },
];
const sessionTtlSeconds = 24 * 3600;

/** Everybody knows the demo password; a production server must not answer to it. */
export async function refuseDemoPassword(app: App): Promise<void> {
  const company = await findCompanyByLogin(app.read, demo.login);
  if (!(await passwordMatches(company?.password_hash, demo.password))) return;
  throw new Error('the data folder holds the demo company, whose password is public. Use another with --production.');
}

/** The company of the vendor's published examples, into an empty database. Says whether it was. */
export async function seedDemo(app: App, { dialect }: Database): Promise<boolean> {
  if ((await countCompanies(app.read)) > 0) return false;
  const passwordHash = await hashPassword(demo.password);
  return app.transact(async (tx) => {
    if ((await countCompanies(tx.db)) > 0) return false;
    const { db, at } = tx;
    const companyId = await insertCompany(db, {
      name: 'Demo company',
      login: demo.login,
      password_hash: passwordHash,
      created_at: at,
    });
    for (const organization of organizations) {
      await insertOrganization(db, { ...organization, company_id: companyId, max_sessions: 5, created_at: at });
    }
    await insertOperators(
      db,
      operators.map((operator) => ({
        ...operator,
        company_id: companyId,
        password_hash: passwordHash,
        external_id: null,
        max_sessions: null,
        last_session_at: null,
        created_at: at,
      })),
    );
    await dialect.continueIds(db, 'organizations', 43);
    await dialect.continueIds(db, 'operators', 104);
    await insertChannel(db, {
      id: demo.channelId,
      organization_id: demo.organizationId,
      name: 'Demo shop',
      messenger_type: 'WIDGET',
      group_id: null,
      greeting: 'Hello! Ask us anything about your order.',
      busy_message: 'Thank you for writing. You are in the queue, and whoever is free next will answer you.',
      colours: '{}',
      allowed_origins: '[]',
      session_ttl: sessionTtlSeconds,
      created_at: at,
    });
    return true;
  });
}
