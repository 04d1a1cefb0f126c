import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import { findOperator } from '../operators/operator.store.ts';
import { isActive } from '../operators/operator.ts';
import type { App } from '../parts.ts';
import { refuseIfClosed, refuseUnlessMineOrLed, sessionToChange } from './own-session.ts';
import { addSecondOperator, listSecondOperators, removeSecondOperator, updateSession } from './session.store.ts';
import { changedListeners, isWithOperator } from './session.ts';
import { scopeFeeds, showSession, tellOperators } from './tell.ts';

interface Asked {
  sessionId: string;
  userId: number;
}

/** Reads, writes, finishes and hears everything beside the main one. Takes no place. */
export async function addSessionOperator(
  app: App,
  actor: OperatorActor,
  { sessionId, userId }: Asked,
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    refuseIfClosed(session);
    await refuseUnlessMineOrLed(tx, actor, session);
    const added = await findOperator(tx.db, actor.companyId, userId);
    if (!added || (added.organization_id ?? session.organization_id) !== session.organization_id) {
      throw notFound('operator');
    }
    if (!isActive(added)) throw new Refused('operator_not_active', `${added.name} is not active.`);
    const second = await listSecondOperators(tx.db, [session]);
    const isThere = isWithOperator(session) && session.operator_id === userId;
    if (isThere || second.some(({ operator_id }) => operator_id === userId)) return showSession(tx.db, sessionId);
    const row = { session_id: sessionId, operator_id: userId, assigned_at: tx.at };
    await addSecondOperator(tx.db, row, changedListeners(session, userId, null, tx.at));
    await updateSession(tx.db, sessionId, {});
    const shown = await showSession(tx.db, sessionId);
    const by = { id: actor.operatorId, name: actor.name };
    tx.append([feedOf.operator(userId)], 'chatSessionAdded', { ...shown, reason: 'transfer', by, note: null });
    await tellOperators(tx, sessionId);
    return shown;
  });
}

/** Everybody may take themselves away. The main one is not taken away but succeeded: by a transfer. */
export async function removeSessionOperator(
  app: App,
  actor: OperatorActor,
  { sessionId, userId }: Asked,
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    refuseIfClosed(session);
    await refuseUnlessMineOrLed(tx, actor, session);
    const listeners = changedListeners(session, userId, undefined, tx.at);
    const feeds = await scopeFeeds(tx, session);
    if (!(await removeSecondOperator(tx.db, sessionId, userId, listeners))) {
      throw notFound('second operator of this session');
    }
    await updateSession(tx.db, sessionId, {});
    const shown = await showSession(tx.db, sessionId);
    tx.append([feedOf.operator(userId)], 'chatSessionDeleted', { sessionId, reason: 'transfer' });
    tx.append(feeds, 'chatSessionUpdated', shown);
    return shown;
  });
}
