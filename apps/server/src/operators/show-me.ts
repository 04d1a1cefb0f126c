import type { User } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { groupsOfOperators } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { findOperator } from './operator.store.ts';
import { presentUser } from './operator.ts';

export async function showMe(app: App, actor: OperatorActor): Promise<User> {
  const operator = await findOperator(app.read, actor.companyId, actor.operatorId);
  if (!operator) throw notFound('operator');
  const groups = await groupsOfOperators(app.read, [operator.id]);
  return presentUser(operator, groups.get(operator.id) ?? []);
}
