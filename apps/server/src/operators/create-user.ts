import type { Body, User } from '@switchboard/protocol';
import type { CompanyActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { groupsOfOperators, insertGroupMembers } from '../groups/group.store.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { hashPassword } from '../tokens/password.ts';
import { findOperator, insertOperators } from './operator.store.ts';
import { presentUser, statuses } from './operator.ts';
import { checkGroups, orEmailInUse, storedEmail } from './user-parts.ts';

/** Active and offline. Without a password they come by a token of the company alone. */
export async function createUser(
  app: App,
  actor: CompanyActor | OperatorActor,
  asked: Body<'createUser'>,
): Promise<User> {
  const { organizationId, groups = [] } = asked;
  // Outside the transaction: it is dear.
  const passwordHash = asked.password === undefined ? null : await hashPassword(asked.password);
  return app.transact(async (tx) => {
    if (!(await findOrganization(tx.db, actor.companyId, organizationId))) throw notFound('organization');
    await tx.lockOrganization(organizationId);
    await checkGroups(tx, organizationId, groups);
    const [added] = await orEmailInUse(
      insertOperators(tx.db, [
        {
          company_id: actor.companyId,
          organization_id: organizationId,
          name: asked.name.trim(),
          email: storedEmail(asked.email ?? null),
          phone: asked.phone ?? null,
          password_hash: passwordHash,
          role: asked.role ?? 'OPERATOR',
          status: statuses.active,
          external_id: null,
          max_sessions: asked.maxSessions ?? null,
          settings: JSON.stringify(asked.settings ?? {}),
          last_session_at: null,
          created_at: tx.at,
        },
      ]),
    );
    const operator = added && (await findOperator(tx.db, actor.companyId, added.id));
    if (!operator) throw new Error('an inserted row was not returned');
    await insertGroupMembers(
      tx.db,
      groups.map((groupId) => ({ group_id: groupId, operator_id: operator.id })),
    );
    return presentUser(operator, (await groupsOfOperators(tx.db, [operator.id])).get(operator.id) ?? []);
  });
}
