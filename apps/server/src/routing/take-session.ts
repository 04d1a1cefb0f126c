import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { assignSession } from '../sessions/change-controller.ts';
import { leads, sessionToChange } from '../sessions/own-session.ts';
import type { SessionInContext } from '../sessions/session.store.ts';
import { isClosed, isWithOperator } from '../sessions/session.ts';
import { showSession, tellSwitchedFromBot } from '../sessions/tell.ts';
import { leaveHands } from './hand-over.ts';
import { insertDecision } from './routing.store.ts';

/**
 * Takes by hand, also while paused: from help, from the bot, and who leads may take it from a colleague. Of two at once
 * one wins; the other hears who.
 */
export async function takeSession(
  app: App,
  actor: OperatorActor,
  { sessionId, force = false }: { sessionId: string; force?: boolean | undefined },
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    if (isClosed(session)) throw new Refused('not_in_help', 'The session is closed. Only an open one can be taken.');
    if (isWithOperator(session)) {
      if (session.operator_id === actor.operatorId) return showSession(tx.db, sessionId);
      refuseUnlessForced(session, actor, force);
    }
    const place = await leaveHands(tx, session, 'taken');
    if (!(await assignSession(tx, session, actor, { reason: 'taken' }))) {
      throw new Refused('operator_full', 'You have as many sessions as you may have. Finish one first.');
    }
    if (session.status === 'BOT') await tellSwitchedFromBot(tx, sessionId);
    await insertDecision(tx.db, {
      session_id: sessionId,
      organization_id: session.organization_id,
      at: tx.at,
      cause: 'taken',
      operator_id: actor.operatorId,
      candidates: '[]',
    });
    await place.serveHelp();
    return showSession(tx.db, sessionId);
  });
}

function refuseUnlessForced(session: SessionInContext, actor: OperatorActor, force: boolean): void {
  if (force && leads(actor)) return;
  if (force) throw new Refused('forbidden', 'Only a supervisor may take a session from a colleague.');
  const winner = { id: session.operator_id ?? 0, name: session.operator_name ?? '' };
  throw new Refused('already_taken', `${winner.name} has taken it already.`, { winner });
}
