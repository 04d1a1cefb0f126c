import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { deleteGroupMembers, findGroup, listLeads, membersOfGroups, updateGroup } from './group.store.ts';
import { changeFeeds } from './group-members.ts';

/** Its open sessions belong to the whole organization from now on; what is closed keeps its name. */
export async function deleteGroup(app: App, actor: CompanyActor | OperatorActor, groupId: number): Promise<void> {
  await app.transact(async (tx) => {
    const seen = await findGroup(tx.db, tenantOf(actor), groupId);
    if (!seen) throw notFound('group');
    const { organization_id: organizationId } = seen;
    await tx.lockOrganization(organizationId);
    if (!(await findGroup(tx.db, tenantOf(actor), groupId))) throw notFound('group');
    const members = (await membersOfGroups(tx.db, [groupId])).get(groupId) ?? [];
    await tx.need({ need: 'groupGoes', groupId, organizationId });
    await deleteGroupMembers(tx.db, groupId);
    await updateGroup(tx.db, groupId, { deleted_at: tx.at });
    const leads = await listLeads(tx.db, actor.companyId, organizationId);
    changeFeeds(tx, [...members.map(({ id }) => id), ...leads]);
  });
}
