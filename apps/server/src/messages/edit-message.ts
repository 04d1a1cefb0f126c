import type { Message } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { changeMessage, findOwnMessage, refuseUnlessAllowed } from './change-message.ts';
import { checkedBody } from './message.ts';
import { showMessages } from './show-messages.ts';

/** Also after the session is closed, within the organization's time. The same words again change nothing. */
export async function editMessage(
  app: App,
  actor: OperatorActor,
  { sessionId, messageId, body }: { sessionId: string; messageId: string; body: string },
): Promise<Message> {
  return app.transact(async (tx) => {
    const own = await findOwnMessage(tx, actor, { sessionId, messageId });
    await refuseUnlessAllowed(tx, actor, own, 'edit');
    if (own.message.deleted_at !== null) throw new Refused('too_late', 'This message is deleted. Send another one.');
    const words = checkedBody({ body });
    const [same] = words === own.message.body ? await showMessages(tx.db, [own.message]) : [];
    return same ?? changeMessage(tx, own, { body: words, event: 'chatMessageEdited' });
  });
}
