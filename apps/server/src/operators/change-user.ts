import { type Body, closeCodes, type User } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { lockCompany } from '../companies/company.store.ts';
import { invalid, notFound, Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { deleteGroupsOfOperator, groupsOfOperators, insertGroupMembers } from '../groups/group.store.ts';
import { changeFeeds } from '../groups/group-members.ts';
import type { App } from '../parts.ts';
import { hashPassword } from '../tokens/password.ts';
import {
  countOtherAdministrators,
  findOperator,
  findUser,
  type OperatorInOrganization,
  updateOperator,
} from './operator.store.ts';
import { isActive, presentUser } from './operator.ts';
import { setOnline } from './operator-presence.ts';
import { revokeSignInsOf } from './sign-in.store.ts';
import { checkGroups, orEmailInUse, storedEmail } from './user-parts.ts';

type Asked = Body<'changeUser'>;

/** What is named. What makes more sessions fit or reach the operator gives them at once. */
export async function changeUser(
  app: App,
  actor: CompanyActor | OperatorActor,
  { userId, ...asked }: Asked & { userId: number },
): Promise<User> {
  const passwordHash = asked.password === undefined ? undefined : await hashPassword(asked.password);
  return app.transact(async (tx) => {
    // Of two administrators who shut each other out, the second sees what the first did.
    if (tx.lock && (asked.role !== undefined || asked.email === null)) await lockCompany(tx.db, actor.companyId);
    const seen = await findUser(tx.db, tenantOf(actor), userId);
    if (!seen) throw notFound('operator');
    if (seen.organization_id !== null) await tx.lockOrganization(seen.organization_id);
    const before = await findUser(tx.db, tenantOf(actor), userId);
    if (!before) throw notFound('operator');
    await keepAnAdministrator(tx, before, asked);
    const newGroups = await changeGroups(tx, before, asked.groups);
    const change = columnsOf(asked, passwordHash);
    if (Object.keys(change).length > 0) await orEmailInUse(updateOperator(tx.db, userId, change));

    if (asked.password !== undefined) await endSignIns(tx, before);
    // Who leads hears every group, in it or not.
    const hearsOther = newGroups && (asked.role ?? before.role) === 'OPERATOR';
    if ((asked.role ?? before.role) !== before.role || hearsOther) changeFeeds(tx, [userId]);
    if ((change.name ?? before.name) !== before.name) await tx.need({ need: 'operatorRenamed', operatorId: userId });
    if (before.organization_id !== null && (newGroups || asked.maxSessions !== undefined)) {
      await tx.need({ need: 'serveHelp', organizationId: before.organization_id, cause: 'operator changed' });
    }
    const after = (await findOperator(tx.db, actor.companyId, userId)) ?? before;
    return presentUser(after, (await groupsOfOperators(tx.db, [userId])).get(userId) ?? []);
  });
}

const columnsOf = (asked: Asked, passwordHash: string | undefined) => ({
  ...(asked.name !== undefined && { name: asked.name.trim() }),
  ...(asked.email !== undefined && { email: storedEmail(asked.email) }),
  ...(asked.phone !== undefined && { phone: asked.phone }),
  ...(passwordHash !== undefined && { password_hash: passwordHash }),
  ...(asked.role !== undefined && { role: asked.role }),
  ...(asked.maxSessions !== undefined && { max_sessions: asked.maxSessions }),
  ...(asked.settings !== undefined && { settings: JSON.stringify(asked.settings) }),
});

/** Whoever may do all else must not shut the company out: an administrator stays, and one who can sign in where one could. */
async function keepAnAdministrator(tx: Tx, before: OperatorInOrganization, { role, email }: Asked): Promise<void> {
  if (before.role !== 'ADMIN') return;
  const leaves = role !== undefined && role !== 'ADMIN';
  if (leaves && before.organization_id === null) {
    throw invalid([{ path: '/role', message: 'must stay ADMIN: this operator belongs to no organization' }]);
  }
  const signsIn = before.email !== null && before.password_hash !== null;
  if (!isActive(before) || !(leaves || (signsIn && email === null))) return;
  if ((await countOtherAdministrators(tx.db, before, signsIn)) > 0) return;
  const last = signsIn ? 'last active administrator who can sign in' : 'last active administrator';
  throw new Refused('last_administrator', `This is the ${last}. Make another one first.`);
}

/** Says whether they are others than before. */
async function changeGroups(tx: Tx, before: OperatorInOrganization, asked: number[] | undefined): Promise<boolean> {
  if (asked === undefined) return false;
  await checkGroups(tx, before.organization_id, asked);
  const old = new Set((await groupsOfOperators(tx.db, [before.id])).get(before.id)?.map(({ id }) => id));
  if (old.size === asked.length && asked.every((id) => old.has(id))) return false;
  await deleteGroupsOfOperator(tx.db, before.id);
  await insertGroupMembers(
    tx.db,
    asked.map((groupId) => ({ group_id: groupId, operator_id: before.id })),
  );
  return true;
}

/** Whoever knew the old password is out, with every token that it or the company gave. */
async function endSignIns(tx: Tx, { id, company_id }: OperatorInOrganization): Promise<void> {
  await revokeSignInsOf(tx.db, id, tx.at);
  tx.append([feedOf.operator(id)], 'operatorLoggedOut', { reason: 'password' });
  await setOnline(tx, { companyId: company_id, operatorId: id }, false);
  tx.closeConnections({ operatorId: id }, closeCodes.loggedOut);
}
