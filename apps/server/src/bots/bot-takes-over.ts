import type { Tx } from '../events/transaction.ts';
import { getSession } from '../sessions/session.store.ts';
import { begin } from './script.ts';
import { takeTurn } from './take-turn.ts';

/** It was handed to the bot: it begins anew. */
export async function botTakesOver(tx: Tx, { sessionId }: { sessionId: string }): Promise<void> {
  const session = await getSession(tx.db, sessionId, tx.lock);
  if (session.status !== 'BOT') return;
  await takeTurn(tx, session, (script) => begin(script, null));
}
