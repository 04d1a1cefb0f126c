import type { OperatorInOrganization } from '../operators/operator.store.ts';
import { capacityOf } from '../operators/operator.ts';

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

export const candidateOf = (operator: OperatorInOrganization, notTo: number | null): Candidate => ({
  operatorId: operator.id,
  name: operator.name,
  open: operator.open_sessions,
  capacity: capacityOf(operator),
  refused: operator.id === notTo ? 'just had it' : operator.open_sessions >= capacityOf(operator) ? 'full' : null,
});
