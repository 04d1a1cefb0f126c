import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import { isGroupMember } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { assignSession } from '../sessions/change-controller.ts';
import { findSession, getSession } from '../sessions/session.store.ts';
import { showSession } from '../sessions/tell.ts';
import { insertDecision } from './routing.store.ts';

/** Takes from help by hand, also while paused. Of two at once one wins; the other hears who. */
export async function takeSession(app: App, actor: OperatorActor, sessionId: string): Promise<Session> {
  return app.transact(async (tx) => {
    const seen = await findSession(tx.db, actor, sessionId);
    if (!seen) throw notFound('session');
    await tx.lockOrganization(seen.organization_id);
    const session = await getSession(tx.db, sessionId, tx.lock);
    if (session.operator_id !== null && session.status !== 'CLOSED') {
      if (session.operator_id === actor.operatorId) return showSession(tx.db, sessionId);
      const winner = { id: session.operator_id, name: session.operator_name ?? '' };
      throw new Refused('already_taken', `${winner.name} has taken it already.`, { winner });
    }
    if (session.status !== 'HELP') throw new Refused('not_in_help', 'Only a session in help can be taken.');
    if (
      session.group_id !== null &&
      actor.role === 'OPERATOR' &&
      !(await isGroupMember(tx.db, session.group_id, actor.operatorId))
    ) {
      throw new Refused('forbidden', 'This session waits for a group that you are not in.');
    }
    if (!(await assignSession(tx, session, actor, { reason: 'taken' }))) {
      throw new Refused('operator_full', 'You have as many sessions as you may have. Finish one first.');
    }
    await insertDecision(tx.db, {
      session_id: sessionId,
      organization_id: session.organization_id,
      at: tx.at,
      cause: 'taken',
      operator_id: actor.operatorId,
      candidates: '[]',
    });
    return showSession(tx.db, sessionId);
  });
}
