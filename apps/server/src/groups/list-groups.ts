import type { Group, Query } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findGroup, findGroups, membersOfGroups } from './group.store.ts';
import { presentGroup } from './group.ts';

/** Groups of the actor's organization; who works for the whole company sees all of it. */
export async function listGroups(
  app: App,
  actor: CompanyActor | OperatorActor,
  query: Query<'groups'>,
): Promise<{ count: number | undefined; items: Group[] }> {
  const { count, rows } = await findGroups(app.read, tenantOf(actor), query);
  const members = await membersOfGroups(
    app.read,
    rows.map(({ id }) => id),
  );
  return { count, items: rows.map((row) => presentGroup(row, members.get(row.id) ?? [])) };
}

export async function showGroup(app: App, actor: CompanyActor | OperatorActor, groupId: number): Promise<Group> {
  const row = await findGroup(app.read, tenantOf(actor), groupId);
  if (!row) throw notFound('group');
  return presentGroup(row, (await membersOfGroups(app.read, [groupId])).get(groupId) ?? []);
}
