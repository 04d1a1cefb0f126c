import type { Answer } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { notFound } from '../errors.ts';
import { operatorNames } from '../operators/operator.store.ts';
import type { App } from '../parts.ts';
import { findSession } from '../sessions/session.store.ts';
import { listDecisions } from './routing.store.ts';
import { readCandidates } from './routing.ts';

/** "Why this operator", newest decision first. */
export async function showRouting(
  app: App,
  actor: OperatorActor,
  sessionId: string,
): Promise<Answer<'sessionRouting'>> {
  if (!(await findSession(app.read, actor, sessionId))) throw notFound('session');
  const rows = await listDecisions(app.read, sessionId);
  const decisions = rows.map((row) => ({ ...row, candidates: readCandidates(row.candidates) }));
  const ids = new Set(decisions.flatMap(({ candidates }) => candidates.map(({ operatorId }) => operatorId)));
  const names = await operatorNames(app.read, [...ids]);
  const items = decisions.map((decision) => ({
    at: toIso(decision.at),
    cause: decision.cause,
    operatorId: decision.operator_id,
    candidates: decision.candidates.map((one) => ({ ...one, name: names.get(one.operatorId) ?? '' })),
  }));
  return { count: items.length, items };
}
