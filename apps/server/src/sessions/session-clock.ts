import type { Tx } from '../events/transaction.ts';
import { getSession, setWakeAt } from './session.store.ts';
import { isClosed } from './session.ts';

/**
 * Sets when the clock must look at this session again: `wake_at`, the earliest of all that time does to it. Called after
 * every change of controller; a row is its own timer, so nothing has to be taken back when it changes.
 */
export async function setSessionClock(tx: Tx, sessionId: string): Promise<void> {
  const session = await getSession(tx.db, sessionId);
  if (isClosed(session)) return;
  const ttlAt = Math.max(session.started_at, session.last_message_at ?? 0) + session.ttl * 1000;
  await setWakeAt(tx.db, sessionId, Math.min(ttlAt, session.paused_until ?? Number.MAX_SAFE_INTEGER));
}
