import type { AddedReason, DeletedReason } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { findOperator, givePlaceBack, takePlace } from '../operators/operator.store.ts';
import { announce } from '../operators/operator-presence.ts';
import { changeControl, listSecondOperators, removeSecondOperator, type SessionRow } from './session.store.ts';
import { changedListeners, isSecondOf, isWithOperator } from './session.ts';
import { setSessionClock } from './session-clock.ts';
import { scopeFeeds, seeSession, showSession, tellClient, tellSeen, tellSessionUpdated } from './tell.ts';
import { positionsChanged } from './tell-positions.ts';

/** In whose hands it may be told to be: what every hand-over leaves behind. */
const untouched = { help_since: null, paused_at: null, paused_until: null, reserved_for: null, reserved_until: null };

export interface Assignment {
  reason: AddedReason;
  /** Also above the operator's capacity: it takes no place then. */
  force?: boolean;
  /** Who handed it over, and with what words. */
  by?: { id: number; name: string };
  note?: string | null;
}

/** Gives the session to an operator, if there is a place. The organization's lock is held. */
export async function assignSession(
  tx: Tx,
  session: SessionRow,
  to: { operatorId: number; companyId: number },
  { force = false, ...why }: Assignment,
): Promise<boolean> {
  const placed = await takePlace(tx.db, to.operatorId, tx.at);
  if (!placed && !force) return false;
  await mustChange(tx, session, {
    ...untouched,
    status: 'ACTIVE',
    operator_id: to.operatorId,
    operator_assigned_at: tx.at,
    without_place: placed ? 0 : 1,
    // A new operator owes the answer from now on.
    idle_from: session.waiting_since === null ? null : tx.at,
    ...(hasWaited(tx, session) && { served_at: tx.at }),
    ...leftByBot(tx, session),
  });
  await becomeMain(tx, session, to.operatorId);
  await setSessionClock(tx, session.id);
  const seen = await seeSession(tx.db, session.id);
  tx.append([feedOf.operator(to.operatorId)], 'chatSessionAdded', { ...seen.shown, ...why });
  await tellSeen(tx, seen);
  await tellClient(tx, seen.row);
  await announceLoad(tx, to);
  return true;
}

/** Who was a second operator of it, and gets it, is no second one any more. */
async function becomeMain(tx: Tx, session: SessionRow, operatorId: number): Promise<void> {
  if (!isSecondOf(session, operatorId)) return;
  await removeSecondOperator(tx.db, session.id, operatorId, changedListeners(session, operatorId, undefined, tx.at));
}

/** Nobody is there: it waits in help. */
export async function sendToHelp(
  tx: Tx,
  session: SessionRow,
  reserved: { operatorId: number; until: number } | null = null,
): Promise<void> {
  await mustChange(tx, session, {
    ...untouched,
    status: 'HELP',
    operator_id: null,
    operator_assigned_at: null,
    without_place: 0,
    // Who waits already has waited.
    help_since: session.help_since ?? tx.at,
    idle_from: null,
    ...(reserved && { reserved_for: reserved.operatorId, reserved_until: reserved.until }),
    ...leftByBot(tx, session),
  });
  await setSessionClock(tx, session.id);
  await positionsChanged(tx, session.organization_id);
  const { row, shown } = await seeSession(tx.db, session.id);
  tx.append(await scopeFeeds(tx, row), 'operatorNotFound', shown);
  await tellClient(tx, row);
}

/** People have it: all that was said to the bot is unread, and the client waits for them from now on. */
const leftByBot = (tx: Tx, session: SessionRow) =>
  session.status === 'BOT' && {
    bot_status: session.bot_status === 'FAILED' ? 'FAILED' : 'HANDED_OVER',
    ...(session.waiting_since !== null && { waiting_since: tx.at }),
  };

/** The bot has it from now on. What it says first is the bot's business. */
export async function giveToBot(tx: Tx, session: SessionRow, botId: string): Promise<void> {
  await mustChange(tx, session, {
    ...untouched,
    status: 'BOT',
    operator_id: null,
    operator_assigned_at: null,
    without_place: 0,
    bot_id: botId,
    bot_state: null,
    bot_status: 'ACTIVE',
    idle_from: null,
    answer_due_at: null,
    answer_late: 0,
  });
  await setSessionClock(tx, session.id);
  await tellSessionUpdated(tx, session.id);
}

/** Takes the session from whoever has it. What follows (routing, closing) sets the new controller. */
export async function releaseOperator(
  tx: Tx,
  session: SessionRow,
  companyId: number,
  reason: DeletedReason,
): Promise<void> {
  if (session.operator_id === null || !isWithOperator(session)) return;
  if (session.without_place === 0) await givePlaceBack(tx.db, session.operator_id);
  const second = await listSecondOperators(tx.db, [session]);
  const losing =
    reason === 'closed' ? [session.operator_id, ...second.map((s) => s.operator_id)] : [session.operator_id];
  tx.append(losing.map(feedOf.operator), 'chatSessionDeleted', { sessionId: session.id, reason });
  await announceLoad(tx, { operatorId: session.operator_id, companyId });
}

export interface Closing {
  companyId: number;
  by: 'CLIENT' | 'OPERATOR' | 'SUPERVISOR' | 'BOT' | 'TTL';
  result: string | null;
}

export async function closeSession(tx: Tx, session: SessionRow, { companyId, by, result }: Closing): Promise<void> {
  const second = await listSecondOperators(tx.db, [session]);
  await mustChange(tx, session, {
    ...untouched,
    status: 'CLOSED',
    closed_at: tx.at,
    closed_by: by,
    result,
    wake_at: null,
    answer_due_at: null,
    idle_from: null,
    // What was said to the bot was read by the bot.
    ...(session.status === 'BOT' && { bot_status: 'FINISHED', unread_count: 0, waiting_since: null }),
  });
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

/** Only from the state that the decision was made on; else nothing has happened. */
export async function mustChange(
  tx: Tx,
  session: SessionRow,
  change: Parameters<typeof changeControl>[2],
): Promise<void> {
  if (!(await changeControl(tx.db, session, change))) {
    throw new Refused('conflict', 'The session has just changed hands. Load it again.');
  }
  if (hasWaited(tx, session)) await positionsChanged(tx, session.organization_id);
}

/** In help, and not only on its way through it. */
const hasWaited = (tx: Tx, { status, help_since }: SessionRow): boolean =>
  status === 'HELP' && help_since !== null && help_since < tx.at;

async function announceLoad(
  tx: Tx,
  { operatorId, companyId }: { operatorId: number; companyId: number },
): Promise<void> {
  const operator = await findOperator(tx.db, companyId, operatorId);
  if (operator) announce(tx, operator);
}
