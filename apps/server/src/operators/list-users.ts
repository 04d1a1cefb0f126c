import type { Query, User } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import { groupsOfOperators } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { findUser, findUsers } from './operator.store.ts';
import { presentUser } from './operator.ts';

/** Operators of the actor's organization (administrators and the company: of the company), deleted ones left out. */
export async function listUsers(
  app: App,
  actor: CompanyActor | OperatorActor,
  query: Query<'users'>,
): Promise<{ count: number | undefined; items: User[] }> {
  const { count, rows } = await findUsers(app.read, tenantOf(actor), query);
  const groups = await groupsOfOperators(
    app.read,
    rows.map(({ id }) => id),
  );
  return { count, items: rows.map((row) => presentUser(row, groups.get(row.id) ?? [])) };
}

export async function showUser(app: App, actor: CompanyActor | OperatorActor, userId: number): Promise<User> {
  const row = await findUser(app.read, tenantOf(actor), userId);
  if (!row) throw notFound('operator');
  return presentUser(row, (await groupsOfOperators(app.read, [userId])).get(userId) ?? []);
}
