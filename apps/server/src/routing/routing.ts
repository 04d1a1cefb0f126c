import type { RoutedOperator } from '../operators/operator.store.ts';
import { capacityOf, presenceOf } from '../operators/operator.ts';

/** What a decision keeps of each operator it looked at. */
export interface Candidate {
  operatorId: number;
  open: number;
  capacity: number;
  /** Why not; null: could have had it. */
  refused: string | null;
}

/** Least loaded first; of equals the one longest without a new session; of equals the smallest id. */
export function rank(operators: RoutedOperator[]): RoutedOperator[] {
  const load = (operator: RoutedOperator) => operator.open_sessions / Math.max(1, capacityOf(operator));
  return [...operators].sort(
    (one, other) =>
      load(one) - load(other) || (one.last_session_at ?? 0) - (other.last_session_at ?? 0) || one.id - other.id,
  );
}

type Looked = Pick<
  RoutedOperator,
  'id' | 'online' | 'paused' | 'open_sessions' | 'max_sessions' | 'organization_max_sessions'
>;

export function candidateOf(operator: Looked, notTo: number | null): Candidate {
  const open = operator.open_sessions;
  const capacity = capacityOf(operator);
  const presence = presenceOf(operator);
  const absent = presence === 'online' ? null : presence;
  const refused = operator.id === notTo ? 'just had it' : (absent ?? (open >= capacity ? 'full' : null));
  return { operatorId: operator.id, open, capacity, refused };
}

type Written = [operatorId: number, open: number, capacity: number, refused?: string];

/** As a decision is stored, once for each of perhaps hundreds of operators: short, and without the names. */
export const writeCandidates = (candidates: Candidate[]): string =>
  JSON.stringify(
    candidates.map(
      ({ operatorId, open, capacity, refused }): Written =>
        refused === null ? [operatorId, open, capacity] : [operatorId, open, capacity, refused],
    ),
  );

/** Also of a decision from before they were short. */
export const readCandidates = (text: string): Candidate[] =>
  (JSON.parse(text) as (Written | Candidate)[]).map((one) => {
    if (!Array.isArray(one)) return one;
    const [operatorId, open, capacity, refused = null] = one;
    return { operatorId, open, capacity, refused };
  });
