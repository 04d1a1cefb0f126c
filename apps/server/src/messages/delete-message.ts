import type { Message } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import type { App } from '../parts.ts';
import { changeMessage, findOwnMessage, refuseUnlessAllowed } from './change-message.ts';
import { showMessages } from './show-messages.ts';

/** Its place and number stay, its words are gone from everywhere but its history. A repeat changes nothing. */
export async function deleteMessage(
  app: App,
  actor: OperatorActor,
  named: { sessionId: string; messageId: string },
): Promise<Message> {
  return app.transact(async (tx) => {
    const own = await findOwnMessage(tx, actor, named);
    const [gone] = own.message.deleted_at !== null ? await showMessages(tx.db, [own.message]) : [];
    if (gone) return gone;
    await refuseUnlessAllowed(tx, actor, own, 'delete');
    return changeMessage(tx, own, { body: '', event: 'chatMessageDeleted' });
  });
}
