import type { Answer } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findSession } from '../sessions/session.store.ts';
import { listDecisions } from './routing.store.ts';
import type { Candidate } from './routing.ts';

/** "Why this operator", newest decision first. */
export async function showRouting(
  app: App,
  actor: OperatorActor,
  sessionId: string,
): Promise<Answer<'sessionRouting'>> {
  if (!(await findSession(app.read, actor, sessionId))) throw notFound('session');
  const rows = await listDecisions(app.read, sessionId);
  const items = rows.map((row) => ({
    at: toIso(row.at),
    cause: row.cause,
    operatorId: row.operator_id,
    candidates: JSON.parse(row.candidates) as Candidate[],
  }));
  return { count: items.length, items };
}
