import type { Message } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { storeMessage } from '../messages/store-message.ts';
import { getSession } from '../sessions/session.store.ts';
import type { Said } from './script.ts';

/** Only while the session is in the hands that the bot decided on: it never talks over a person. */
export async function storeBotMessage(
  tx: Tx,
  { sessionId, controlEpoch }: { sessionId: string; controlEpoch: number },
  bot: { id: string; name: string },
  { body, buttons }: Said,
): Promise<Message> {
  const session = await getSession(tx.db, sessionId, tx.lock);
  if (session.status !== 'BOT' || session.bot_id !== bot.id || session.control_epoch !== controlEpoch) {
    throw new Refused('stale_control', 'The session has changed hands since. What the bot wants to say is too late.');
  }
  const keyboard = buttons.map((text) => ({ text }));
  return storeMessage(tx, session, { type: 'BOT', id: bot.id, name: bot.name }, { body }, { keyboard });
}
