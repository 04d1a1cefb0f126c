import { findChannel } from '../channels/channel.store.ts';
import type { Tx } from '../events/transaction.ts';
import { getSession, type SessionRow, updateSession } from './session.store.ts';
import { isClosed } from './session.ts';
import { setClock } from './session-clock.store.ts';
import { answerDueAt, type ClockRules, duesOf } from './session-dues.ts';
import { tellOperators } from './tell.ts';

/** What its channel says about time; of a session that is not timed nobody needs to know. */
export async function rulesOf(tx: Tx, session: SessionRow): Promise<ClockRules> {
  const channel = session.timed === 1 ? await findChannel(tx.db, session.channel_id) : undefined;
  if (!channel) return { allowableIdle: 0, steps: {}, hours: null };
  return {
    allowableIdle: channel.allowable_idle * 1000,
    steps: JSON.parse(channel.waiting_steps) as ClockRules['steps'],
    hours: channel.hours === null ? null : (JSON.parse(channel.hours) as ClockRules['hours']),
  };
}

/**
 * By when the client shall have an answer, and when the clock must look at this session again: `wake_at`, the earliest of all
 * that time does to it. Set with every change of controller; a row is its own timer, so nothing has to be taken back. It may
 * come too early, never too late: whoever wakes looks again.
 */
export type SessionClock = Pick<SessionRow, 'answer_due_at' | 'answer_late' | 'wake_at'>;

export function clockOf(session: SessionRow, rules: ClockRules, at: number): SessionClock {
  if (isClosed(session)) return { answer_due_at: null, answer_late: session.answer_late, wake_at: null };
  const due = answerDueAt(session, rules, at);
  const answer = { answer_due_at: due, answer_late: due === null ? 0 : session.answer_late };
  // Their last message came then or later, which is early enough.
  const [next] = duesOf({ ...session, ...answer }, rules, session.waiting_since);
  return { ...answer, wake_at: next?.at ?? null };
}

/** Where it is not as it should be. */
export async function setSessionClock(tx: Tx, session: SessionRow, rules: ClockRules): Promise<SessionClock> {
  const clock = clockOf(session, rules, tx.at);
  if (!isSame(session, clock)) await setClock(tx.db, session.id, clock);
  return clock;
}

const isSame = (one: SessionClock, other: SessionClock): boolean =>
  one.answer_due_at === other.answer_due_at && one.answer_late === other.answer_late && one.wake_at === other.wake_at;

/** The client has begun to wait for people. Only where something is timed: elsewhere a message costs nothing here. */
export async function startWaiting(tx: Tx, session: SessionRow): Promise<void> {
  if (session.timed === 0 || session.waiting_since !== null) return;
  if (session.status === 'ACTIVE') await setClock(tx.db, session.id, { idle_from: tx.at });
  const now = await getSession(tx.db, session.id);
  const { answer_due_at } = await setSessionClock(tx, now, await rulesOf(tx, now));
  if (answer_due_at === session.answer_due_at) return;
  await updateSession(tx.db, session.id, {});
  // In help every message is told to all in scope.
  if (session.status === 'ACTIVE') await tellOperators(tx, session.id);
}
