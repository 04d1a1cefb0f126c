import { type Channel, findChannel } from '../channels/channel.store.ts';
import type { Tx } from '../events/transaction.ts';
import { type SessionRow, updateSession } from '../sessions/session.store.ts';
import { storeMessage } from './store-message.ts';

/** The channel's own words to a client who must wait, once a session. `known`: its channel, where somebody has just read it. */
export async function sayBusyOnce(tx: Tx, session: SessionRow, known?: Channel): Promise<void> {
  if (session.busy_told === 1) return;
  const channel = known ?? (await findChannel(tx.db, session.channel_id));
  if (!channel?.busy_message) return;
  await updateSession(tx.db, session.id, { busy_told: 1 });
  await storeMessage(tx, session, { type: 'SYSTEM', id: null, name: channel.name }, { body: channel.busy_message });
}
