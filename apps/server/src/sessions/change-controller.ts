import type { AddedReason, DeletedReason } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { givePlaceBack, takePlace, takePlaceBeyond } from '../operators/operator.store.ts';
import { announce } from '../operators/operator-presence.ts';
import {
  changeControl,
  listSecondOperators,
  removeSecondOperator,
  type SessionInContext,
  type SessionRow,
} from './session.store.ts';
import { changedListeners, isSecondOf, isWithOperator } from './session.ts';
import { clockOf, rulesOf, setSessionClock } from './session-clock.ts';
import { type Seen, scopeFeeds, seenOf, tellClient, tellUpdated } from './tell.ts';
import { positionsChanged } from './tell-positions.ts';

/** In whose hands it may be told to be: what every hand-over leaves behind. */
const untouched = { help_since: null, paused_at: null, paused_until: null, reserved_for: null, reserved_until: null };

export interface Assignment {
  reason: AddedReason;
  /** Also above the operator's capacity, who gets nothing more until they are below it. */
  force?: boolean;
  /** Who handed it over, and with what words. */
  by?: { id: number; name: string };
  note?: string | null;
}

/** Gives the session to an operator, if there is a place. The organization's lock is held. */
export async function assignSession(
  tx: Tx,
  session: SessionRow,
  to: { operatorId: number },
  { force = false, ...why }: Assignment,
): Promise<boolean> {
  const placed = await takePlace(tx.db, to.operatorId, tx.at);
  const operator = placed ?? (force ? await takePlaceBeyond(tx.db, to.operatorId, tx.at) : undefined);
  if (!operator) return false;
  await becomeMain(tx, session, to.operatorId);
  const seen = await changeState(tx, session, {
    ...untouched,
    status: 'ACTIVE',
    operator_id: to.operatorId,
    operator_assigned_at: tx.at,
    forced: placed ? 0 : 1,
    // A new operator owes the answer from now on.
    idle_from: session.waiting_since === null ? null : tx.at,
    ...(hasWaited(tx, session) && { served_at: tx.at }),
    ...leftByBot(tx, session),
  });
  tx.append([feedOf.operator(to.operatorId)], 'chatSessionAdded', { ...seen.shown, ...why });
  await tellUpdated(tx, seen);
  announce(tx, operator);
  return true;
}

/** Who was a second operator of it, and gets it, is no second one any more. */
async function becomeMain(tx: Tx, session: SessionRow, operatorId: number): Promise<void> {
  if (!isSecondOf(session, operatorId)) return;
  await removeSecondOperator(tx.db, session.id, operatorId, changedListeners(session, operatorId, undefined, tx.at));
}

/** Nobody is there: it waits in help. */
export async function sendToHelp(tx: Tx, session: SessionInContext, reserved: Reserved | null = null): Promise<void> {
  const { row, shown } = isAsOpened(session, reserved)
    ? await seenOf(tx.db, session)
    : await changeState(tx, session, {
        ...untouched,
        status: 'HELP',
        operator_id: null,
        operator_assigned_at: null,
        forced: 0,
        help_since: session.help_since ?? unansweredSince(session) ?? tx.at,
        idle_from: null,
        ...(reserved && { reserved_for: reserved.operatorId, reserved_until: reserved.until }),
        ...leftByBot(tx, session),
      });
  await positionsChanged(tx, session.organization_id);
  tx.append(await scopeFeeds(tx, row), 'operatorNotFound', shown);
  // Before the first message is stored there is nothing to see yet: whoever stores it tells its client.
  if (row.message_count > 0) await tellClient(tx, row);
}

/** For whom it waits alone. */
interface Reserved {
  operatorId: number;
  until: number;
}

/** Opened in help, where nothing is timed: as it would be put there. */
const isAsOpened = ({ status, control_epoch, timed }: SessionRow, reserved: Reserved | null): boolean =>
  status === 'HELP' && control_epoch === 0 && timed === 0 && reserved === null;

/** Whose operator has gone has waited since they wrote, and does not begin again behind those who came later. */
const unansweredSince = (session: SessionRow): number | null =>
  isWithOperator(session) ? session.waiting_since : null;

/** People have it: all that was said to the bot is unread, and the client waits for them from now on. */
const leftByBot = (tx: Tx, session: SessionRow) =>
  session.status === 'BOT' && {
    bot_status: session.bot_status === 'FAILED' ? 'FAILED' : 'HANDED_OVER',
    ...(session.waiting_since !== null && { waiting_since: tx.at }),
  };

/** The bot has it from now on. What it says first is the bot's business. */
export async function giveToBot(tx: Tx, session: SessionRow, botId: string): Promise<void> {
  const seen = await changeState(tx, session, {
    ...untouched,
    status: 'BOT',
    operator_id: null,
    operator_assigned_at: null,
    forced: 0,
    bot_id: botId,
    bot_state: null,
    bot_status: 'ACTIVE',
    idle_from: null,
    answer_due_at: null,
    answer_late: 0,
  });
  await tellUpdated(tx, seen);
}

/** Takes the session from whoever has it. What follows (routing, closing) sets the new controller. */
export async function releaseOperator(tx: Tx, session: SessionRow, reason: DeletedReason): Promise<void> {
  if (session.operator_id === null || !isWithOperator(session)) return;
  const operator = await givePlaceBack(tx.db, session.operator_id);
  const second = await listSecondOperators(tx.db, [session]);
  const losing =
    reason === 'closed' ? [session.operator_id, ...second.map((s) => s.operator_id)] : [session.operator_id];
  tx.append(losing.map(feedOf.operator), 'chatSessionDeleted', { sessionId: session.id, reason });
  if (operator) announce(tx, operator);
}

export interface Closing {
  by: 'CLIENT' | 'OPERATOR' | 'SUPERVISOR' | 'BOT' | 'TTL';
  result: string | null;
}

/** As it is shown when it has closed, before its place has found another session. */
export async function closeSession(tx: Tx, session: SessionRow, { by, result }: Closing): Promise<Seen> {
  const second = await listSecondOperators(tx.db, [session]);
  const seen = await changeState(tx, session, {
    ...untouched,
    status: 'CLOSED',
    closed_at: tx.at,
    closed_by: by,
    result,
    idle_from: null,
    // What was said to the bot was read by the bot.
    ...(session.status === 'BOT' && { bot_status: 'FINISHED', unread_count: 0, waiting_since: null }),
  });
  if (by === 'CLIENT' && session.operator_id !== null && isWithOperator(session)) {
    const hearing = [session.operator_id, ...second.map((s) => s.operator_id)].map(feedOf.operator);
    tx.append(hearing, 'sessionClosedByClient', { ...seen.shown, sessionId: session.id });
  }
  await releaseOperator(tx, session, 'closed');
  await tellUpdated(tx, seen);
  if (isWithOperator(session)) {
    await tx.need({ need: 'serveHelp', organizationId: session.organization_id, cause: 'place freed' });
  }
  return seen;
}

/**
 * Only from the state that the decision was made on; else nothing has happened. Its clock goes with it: by what was known of
 * the session, and again by how it is found, if its client wrote in between.
 */
export async function changeState(
  tx: Tx,
  session: SessionRow,
  change: Parameters<typeof changeControl>[2],
): Promise<Seen> {
  const rules = await rulesOf(tx, session);
  const clock = clockOf({ ...session, ...change }, rules, tx.at);
  const row = await changeControl(tx.db, session, { ...change, ...clock });
  if (!row) throw new Refused('conflict', 'The session has just changed hands. Load it again.');
  if (hasWaited(tx, session)) await positionsChanged(tx, session.organization_id);
  return seenOf(tx.db, { ...row, ...(await setSessionClock(tx, row, rules)) });
}

/** In help, and not only on its way through it. */
const hasWaited = (tx: Tx, { status, help_since }: SessionRow): boolean =>
  status === 'HELP' && help_since !== null && help_since < tx.at;
