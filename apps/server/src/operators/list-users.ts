import type { Query, User } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { groupsOfOperators } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { findUsers } from './operator.store.ts';
import { presentUser } from './operator.ts';

/** Operators of the actor's organization (administrators: of the company), deleted ones left out. */
export async function listUsers(
  app: App,
  actor: OperatorActor,
  query: Query<'users'>,
): Promise<{ count: number; items: User[] }> {
  const { count, rows } = await findUsers(app.read, actor, query);
  const groups = await groupsOfOperators(
    app.read,
    rows.map(({ id }) => id),
  );
  return { count, items: rows.map((row) => presentUser(row, groups.get(row.id) ?? [])) };
}
