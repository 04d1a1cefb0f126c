import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { invalid, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { changeState } from './change-controller.ts';
import { refuseIfClosed, refuseUnlessMineOrLed, sessionToChange } from './own-session.ts';
import type { SessionRow } from './session.store.ts';
import { isWithOperator } from './session.ts';
import { type Seen, tellUpdated } from './tell.ts';

/** Answers may wait: it keeps its operator and its place, and no clock of an answer runs. */
export async function pauseSession(
  app: App,
  actor: OperatorActor,
  { sessionId, until = null }: { sessionId: string; until?: string | null | undefined },
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    refuseIfClosed(session);
    await refuseUnlessMineOrLed(tx, actor, session);
    if (!isWithOperator(session)) {
      throw new Refused('not_active', 'Only a session that an operator has can be paused.');
    }
    const pausedUntil = until === null ? null : Date.parse(until);
    if (pausedUntil !== null && pausedUntil <= tx.at) {
      throw invalid([{ path: '/until', message: 'must be in the future' }]);
    }
    // The epoch rises: a message that was let in while the session was active is looked at again, and wakes it.
    const seen = await changeState(tx, session, {
      status: 'PAUSED',
      // Of one that rests already only the end changes.
      paused_at: session.paused_at ?? tx.at,
      paused_until: pausedUntil,
      idle_from: null,
    });
    await tellUpdated(tx, seen);
    return seen.shown;
  });
}

export async function resumeSession(app: App, actor: OperatorActor, sessionId: string): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    refuseIfClosed(session);
    await refuseUnlessMineOrLed(tx, actor, session);
    if (session.status !== 'PAUSED') throw new Refused('not_paused', 'The session is not paused.');
    return (await wakePaused(tx, session)).shown;
  });
}

/** By its operator, by time or by its client. Who waits is owed an answer from now on. */
export async function wakePaused(tx: Tx, session: SessionRow): Promise<Seen> {
  const seen = await changeState(tx, session, {
    status: 'ACTIVE',
    paused_at: null,
    paused_until: null,
    idle_from: session.waiting_since === null ? null : tx.at,
    silent_from: tx.at,
  });
  await tellUpdated(tx, seen);
  return seen;
}
