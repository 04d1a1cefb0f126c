import type { Body, Group } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import {
  deleteGroupMembers,
  findGroup,
  type GroupRow,
  insertGroupMembers,
  listLeads,
  type Member,
  membersOfGroups,
  updateGroup,
} from './group.store.ts';
import { presentGroup } from './group.ts';
import { changeFeeds, checkedMembers } from './group-members.ts';

/** What is named. New timers hold for new sessions; new members get what waits at once. */
export async function changeGroup(
  app: App,
  actor: CompanyActor | OperatorActor,
  { groupId, name, timerFirstAnswer, timerNextAnswers, operators }: Body<'changeGroup'> & { groupId: number },
): Promise<Group> {
  return app.transact(async (tx) => {
    const seen = await findGroup(tx.db, tenantOf(actor), groupId);
    if (!seen) throw notFound('group');
    await tx.lockOrganization(seen.organization_id);
    const before = await findGroup(tx.db, tenantOf(actor), groupId);
    if (!before) throw notFound('group');
    const members = (await membersOfGroups(tx.db, [groupId])).get(groupId) ?? [];
    const after = operators ? await checkedMembers(tx, before.organization_id, operators) : members;
    const change = {
      ...(name !== undefined && { name: name.trim() }),
      ...(timerFirstAnswer !== undefined && { timer_first_answer: timerFirstAnswer }),
      ...(timerNextAnswers !== undefined && { timer_next_answers: timerNextAnswers }),
    };
    if (Object.keys(change).length > 0) await updateGroup(tx.db, groupId, change);
    if (operators) await changeMembers(tx, before, members, after);
    const group = { ...before, ...change };
    if (group.name !== before.name) await tellRenamed(tx, actor.companyId, group, after);
    return presentGroup(group, after);
  });
}

/** No event has a group's name; whoever comes back loads their groups anew. */
async function tellRenamed(tx: Tx, companyId: number, group: GroupRow, members: Member[]): Promise<void> {
  const leads = await listLeads(tx.db, companyId, group.organization_id);
  changeFeeds(tx, [...members.map(({ id }) => id), ...leads]);
}

async function changeMembers(tx: Tx, group: GroupRow, before: Member[], after: Member[]): Promise<void> {
  const missing = (from: Member[], those: Member[]) => those.filter(({ id }) => !from.some((one) => one.id === id));
  const [added, removed] = [missing(before, after), missing(after, before)];
  if (added.length === 0 && removed.length === 0) return;
  await deleteGroupMembers(
    tx.db,
    group.id,
    removed.map(({ id }) => id),
  );
  await insertGroupMembers(
    tx.db,
    added.map(({ id }) => ({ group_id: group.id, operator_id: id })),
  );
  // Who leads hears every group, in it or not.
  const changed = [...added, ...removed].filter(({ role }) => role === 'OPERATOR');
  changeFeeds(
    tx,
    changed.map(({ id }) => id),
  );
  if (added.length > 0) {
    await tx.need({ need: 'serveHelp', organizationId: group.organization_id, cause: 'group changed' });
  }
}
