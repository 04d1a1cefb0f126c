import type { Answer, Body } from '@switchboard/protocol';
import { insertChannel } from '../channels/channel.store.ts';
import { countCompanies, insertCompany } from '../companies/company.store.ts';
import { findSetting, settingOrNew, takeSetting } from '../database/setting.store.ts';
import { Refused } from '../errors.ts';
import { insertOperators } from '../operators/operator.store.ts';
import { startSignIn } from '../operators/sign-in.ts';
import { insertOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { hashPassword } from '../tokens/password.ts';
import { digest } from '../tokens/token.ts';

const settingName = 'setup-token';
const sessionTtlSeconds = 24 * 3600;
const defaultMaxSessions = 5;

/** The one-time token of an empty server; null when it has a company. */
export async function setupToken(app: App): Promise<string | null> {
  return app.transact(async (tx) =>
    (await countCompanies(tx.db)) > 0 ? null : settingOrNew(tx.db, settingName, app.ids.secret),
  );
}

const wrongLink = () =>
  new Refused('forbidden', 'This link was used already, or is not the one that the server printed.');

/** An empty server gets its company, organization, administrator and first channel. */
export async function setUp(app: App, asked: Body<'setUp'>): Promise<Answer<'setUp'>> {
  const token = await findSetting(app.read, settingName);
  // Digests, so that the comparison tells nothing by its time. Before the password is hashed: that is dear.
  if (token === undefined || digest(token) !== digest(asked.setupToken)) throw wrongLink();
  const passwordHash = await hashPassword(asked.password);
  return app.transact(async (tx) => {
    if (!(await takeSetting(tx.db, settingName))) throw wrongLink();
    const { db, at } = tx;
    const companyId = await insertCompany(db, {
      name: asked.company.trim(),
      login: asked.login,
      password_hash: passwordHash,
      created_at: at,
    });
    const organizationId = await insertOrganization(db, {
      company_id: companyId,
      name: asked.organization.trim(),
      max_sessions: defaultMaxSessions,
      created_at: at,
    });
    const [administrator] = await insertOperators(db, [
      {
        company_id: companyId,
        organization_id: organizationId,
        name: asked.name.trim(),
        email: asked.email.trim().toLowerCase(),
        password_hash: passwordHash,
        role: 'ADMIN',
        status: 0,
        external_id: null,
        max_sessions: null,
        last_session_at: null,
        created_at: at,
      },
    ]);
    if (!administrator) throw new Error('an inserted row was not returned');
    const guid = tx.uuid();
    await insertChannel(db, {
      id: guid,
      organization_id: organizationId,
      name: asked.organization.trim(),
      messenger_type: 'WIDGET',
      group_id: null,
      greeting: null,
      busy_message: null,
      colours: '{}',
      allowed_origins: '[]',
      session_ttl: sessionTtlSeconds,
      created_at: at,
    });
    return { ...(await startSignIn(app, tx, administrator.id)), guid };
  });
}
