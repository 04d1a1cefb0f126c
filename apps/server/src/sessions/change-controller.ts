import type { AddedReason, DeletedReason } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import { feedOf, scopeFeed } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { findOperator, givePlaceBack, takePlace } from '../operators/operator.store.ts';
import { announce } from '../operators/operator-presence.ts';
import { changeControl, getSession, listSecondOperators, type SessionRow } from './session.store.ts';
import { isWithOperator } from './session.ts';
import { showSession, tellClient, tellSessionUpdated } from './tell.ts';

/** Gives the session to an operator, if there is a place. The organization's lock is held. */
export async function assignSession(
  tx: Tx,
  session: SessionRow,
  to: { operatorId: number; companyId: number },
  reason: AddedReason,
): Promise<boolean> {
  if (!(await takePlace(tx.db, to.operatorId, tx.at))) return false;
  await mustChange(tx, session, {
    status: 'ACTIVE',
    operator_id: to.operatorId,
    operator_assigned_at: tx.at,
    help_since: null,
  });
  const shown = await showSession(tx.db, session.id);
  tx.append([feedOf.operator(to.operatorId)], 'chatSessionAdded', { ...shown, reason });
  await tellSessionUpdated(tx, session.id);
  await announceLoad(tx, to);
  return true;
}

/** Nobody is there: it waits in help. */
export async function sendToHelp(tx: Tx, session: SessionRow): Promise<void> {
  await mustChange(tx, session, { status: 'HELP', operator_id: null, operator_assigned_at: null, help_since: tx.at });
  const row = await getSession(tx.db, session.id);
  tx.append([scopeFeed(row)], 'operatorNotFound', await showSession(tx.db, session.id));
  await tellClient(tx, row);
}

/** Takes the session from whoever has it. What follows (routing, closing) sets the new controller. */
export async function releaseOperator(
  tx: Tx,
  session: SessionRow,
  companyId: number,
  reason: DeletedReason,
): Promise<void> {
  if (session.operator_id === null || !isWithOperator(session)) return;
  await givePlaceBack(tx.db, session.operator_id);
  const second = await listSecondOperators(tx.db, [session.id]);
  const losing =
    reason === 'closed' ? [session.operator_id, ...second.map((s) => s.operator_id)] : [session.operator_id];
  tx.append(losing.map(feedOf.operator), 'chatSessionDeleted', { sessionId: session.id, reason });
  await announceLoad(tx, { operatorId: session.operator_id, companyId });
}

export async function closeSession(
  tx: Tx,
  session: SessionRow,
  { companyId, by, result }: { companyId: number; by: 'CLIENT' | 'OPERATOR' | 'SUPERVISOR'; result: string | null },
): Promise<void> {
  const second = await listSecondOperators(tx.db, [session.id]);
  await mustChange(tx, session, { status: 'CLOSED', closed_at: tx.at, closed_by: by, result, help_since: null });
  if (by === 'CLIENT' && session.operator_id !== null && isWithOperator(session)) {
    const hearing = [session.operator_id, ...second.map((s) => s.operator_id)].map(feedOf.operator);
    const shown = await showSession(tx.db, session.id);
    tx.append(hearing, 'sessionClosedByClient', { ...shown, sessionId: session.id });
  }
  await releaseOperator(tx, session, companyId, 'closed');
  await tellSessionUpdated(tx, session.id);
  if (isWithOperator(session)) {
    await tx.need({ need: 'serveHelp', organizationId: session.organization_id, cause: 'place freed' });
  }
}

async function mustChange(tx: Tx, session: SessionRow, change: Parameters<typeof changeControl>[2]): Promise<void> {
  if (await changeControl(tx.db, session, change)) return;
  throw new Refused('conflict', 'The session has just changed hands. Load it again.');
}

async function announceLoad(
  tx: Tx,
  { operatorId, companyId }: { operatorId: number; companyId: number },
): Promise<void> {
  const operator = await findOperator(tx.db, companyId, operatorId);
  if (operator) announce(tx, operator);
}
