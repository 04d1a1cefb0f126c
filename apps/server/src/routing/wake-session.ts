import type { Tx } from '../events/transaction.ts';
import { lastClientMessageAt } from '../messages/message.store.ts';
import { closeSession } from '../sessions/change-controller.ts';
import { wakePaused } from '../sessions/pause-session.ts';
import { getSession, type SessionRow, updateSession } from '../sessions/session.store.ts';
import { findOrganizationOf, setClock } from '../sessions/session-clock.store.ts';
import { rulesOf } from '../sessions/session-clock.ts';
import { type Due, duesOf } from '../sessions/session-dues.ts';
import { tellOperators } from '../sessions/tell.ts';
import { moveIdle } from './move-idle.ts';
import { giveToSomebody } from './route-session.ts';
import { takeWaitingStep } from './waiting-step.ts';

// Far more than can be due of one session; a mistake here must not hold the organization.
const mostAtOnce = 50;

/** Does all that time has made due, each once: whoever comes second, in this process or another, finds nothing due. */
export async function wakeSession(tx: Tx, sessionId: string): Promise<void> {
  const organizationId = await findOrganizationOf(tx.db, sessionId);
  if (organizationId === undefined) return;
  await tx.lockOrganization(organizationId);
  for (let count = 0; count < mostAtOnce; count++) {
    const session: SessionRow = await getSession(tx.db, sessionId, tx.lock);
    if (session.wake_at === null || session.wake_at > tx.at) return;
    const rules = await rulesOf(tx, session);
    const [next] = duesOf(session, rules, await lastClientMessageAt(tx.db, sessionId));
    if (!next || next.at > tx.at) {
      await setClock(tx.db, sessionId, { wake_at: next?.at ?? null });
      return;
    }
    await act(tx, session, next);
  }
  throw new Error(`time never comes to an end in session ${sessionId}`);
}

function act(tx: Tx, session: SessionRow, due: Due): Promise<unknown> {
  switch (due.does) {
    case 'close':
      return closeSession(tx, session, { by: 'TTL', result: null });
    case 'resume':
      return wakePaused(tx, session);
    case 'endReservation':
      return endReservation(tx, session);
    case 'markLate':
      return markLate(tx, session);
    case 'moveIdle':
      return moveIdle(tx, session);
    case 'say':
      return takeWaitingStep(tx, session, due);
  }
}

async function markLate(tx: Tx, session: SessionRow): Promise<void> {
  await updateSession(tx.db, session.id, { answer_late: 1 });
  await tellOperators(tx, session.id);
}

/** It waits for everybody from now on. */
async function endReservation(tx: Tx, session: SessionRow): Promise<void> {
  await setClock(tx.db, session.id, { reserved_for: null, reserved_until: null });
  const why = {
    cause: 'last operator did not come',
    as: { reason: 'routing' },
    notTo: null,
    record: 'always',
  } as const;
  await giveToSomebody(tx, session, why);
}
