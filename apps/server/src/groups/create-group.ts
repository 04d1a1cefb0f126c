import type { Body, Group } from '@switchboard/protocol';
import type { CompanyActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { insertGroup, insertGroupMembers, listLeads } from './group.store.ts';
import { presentGroup } from './group.ts';
import { changeFeeds, checkedMembers } from './group-members.ts';

/** Members and those who lead hear its feed from now on. No session is in it yet. */
export async function createGroup(
  app: App,
  actor: CompanyActor | OperatorActor,
  asked: Body<'createGroup'>,
): Promise<Group> {
  const { organizationId } = asked;
  return app.transact(async (tx) => {
    if (!(await findOrganization(tx.db, actor.companyId, organizationId))) throw notFound('organization');
    await tx.lockOrganization(organizationId);
    const members = await checkedMembers(tx, organizationId, asked.operators ?? []);
    const group = await insertGroup(tx.db, {
      organization_id: organizationId,
      name: asked.name.trim(),
      timer_first_answer: asked.timerFirstAnswer ?? null,
      timer_next_answers: asked.timerNextAnswers ?? null,
      created_at: tx.at,
    });
    await insertGroupMembers(
      tx.db,
      members.map(({ id }) => ({ group_id: group.id, operator_id: id })),
    );
    const leads = await listLeads(tx.db, actor.companyId, organizationId);
    changeFeeds(tx, [...members.map(({ id }) => id), ...leads]);
    return presentGroup(group, members);
  });
}
