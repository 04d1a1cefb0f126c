import type { OperatorInOrganization } from '../operators/operator.store.ts';
import { capacityOf, presenceOf } from '../operators/operator.ts';

/** What a decision keeps of each operator it looked at. */
export interface Candidate {
  operatorId: number;
  name: string;
  open: number;
  capacity: number;
  /** Why not; null: could have had it. */
  refused: string | null;
}

/** Least loaded first; of equals the one longest without a new session; of equals the smallest id. */
export function rank(operators: OperatorInOrganization[]): OperatorInOrganization[] {
  const load = (operator: OperatorInOrganization) => operator.open_sessions / Math.max(1, capacityOf(operator));
  return [...operators].sort(
    (one, other) =>
      load(one) - load(other) || (one.last_session_at ?? 0) - (other.last_session_at ?? 0) || one.id - other.id,
  );
}

type Looked = Pick<
  OperatorInOrganization,
  'id' | 'name' | 'online' | 'paused' | 'open_sessions' | 'max_sessions' | 'organization_max_sessions'
>;

export function candidateOf(operator: Looked, notTo: number | null): Candidate {
  const open = operator.open_sessions;
  const capacity = capacityOf(operator);
  const presence = presenceOf(operator);
  const absent = presence === 'online' ? null : presence;
  const refused = operator.id === notTo ? 'just had it' : (absent ?? (open >= capacity ? 'full' : null));
  return { operatorId: operator.id, name: operator.name, open, capacity, refused };
}
