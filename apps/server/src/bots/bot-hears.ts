import type { Tx } from '../events/transaction.ts';
import { findMessage } from '../messages/message.store.ts';
import { getSession } from '../sessions/session.store.ts';
import { hear } from './script.ts';
import { takeTurn } from './take-turn.ts';

/** The client has written: the bot answers, if it is in control. */
export async function botHears(
  tx: Tx,
  { sessionId, messageId }: { sessionId: string; messageId: string },
): Promise<void> {
  const session = await getSession(tx.db, sessionId, tx.lock);
  const message = await findMessage(tx.db, messageId);
  if (session.status !== 'BOT' || !message) return;
  await takeTurn(tx, session, (script, state) => hear(script, state, message.body));
}
