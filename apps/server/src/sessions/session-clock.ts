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
 * Sets by when the client shall have an answer, and when the clock must look at this session again: `wake_at`, the earliest of
 * all that time does to it. Called after every change of controller, before it is told; a row is its own timer, so nothing
 * has to be taken back. It may come too early, never too late: whoever wakes looks again.
 */
export async function setSessionClock(tx: Tx, sessionId: string): Promise<SessionRow> {
  const session: SessionRow = await getSession(tx.db, sessionId);
  if (isClosed(session)) return session;
  const rules = await rulesOf(tx, session);
  const due = answerDueAt(session, rules, tx.at);
  const answer = { answer_due_at: due, answer_late: due === null ? 0 : session.answer_late };
  const timed = { ...session, ...answer };
  // Their last message came then or later, which is early enough.
  const [next] = duesOf(timed, rules, session.waiting_since);
  const changed = { ...answer, wake_at: next?.at ?? null };
  await setClock(tx.db, sessionId, changed);
  return { ...timed, ...changed };
}

/** The client has begun to wait for people. Only where something is timed: elsewhere a message costs nothing here. */
export async function startWaiting(tx: Tx, session: SessionRow): Promise<void> {
  if (session.timed === 0 || session.waiting_since !== null) return;
  if (session.status === 'ACTIVE') await setClock(tx.db, session.id, { idle_from: tx.at });
  const { answer_due_at } = await setSessionClock(tx, session.id);
  if (answer_due_at === session.answer_due_at) return;
  await updateSession(tx.db, session.id, {});
  // In help every message is told to all in scope.
  if (session.status === 'ACTIVE') await tellOperators(tx, session.id);
}
