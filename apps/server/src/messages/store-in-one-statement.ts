import type { Message } from '@switchboard/protocol';
import type { ClientActor } from '../actor.ts';
import { mayWrite } from '../clients/client.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { listenersOf } from '../sessions/tell.ts';
import {
  checkedBody,
  type NewMessage,
  newMessageRow,
  presentLastMessage,
  presentMessage,
  previewCharacters,
} from './message.ts';

/** Stored; or why not: a first message, which opens the session, or another case for the transaction to decide. */
export type StoredInOneStatement = Message | 'first' | 'otherwise';

/**
 * The common case of a message, where one statement is much cheaper than a transaction: a client writes into a session
 * that an operator has.
 */
export async function storeInOneStatement(
  app: App,
  actor: ClientActor,
  message: NewMessage,
): Promise<StoredInOneStatement> {
  if (!app.messageBatches || message.replyToMessageId != null) return 'otherwise';
  const client = mayWrite(await app.messageBatches.find({ clientId: actor.clientId, channelId: actor.channelId }));
  if (client.session_id === null) return 'first';
  if (client.status !== 'ACTIVE') return 'otherwise';
  // It starts a clock.
  if (client.timed === 1 && client.waiting_since === null) return 'otherwise';
  const at = app.clock.now();
  const { organization_id, name } = client;
  const row = newMessageRow(
    app.ids.uuid(at),
    at,
    { session_id: client.session_id, organization_id, client_id: actor.clientId },
    { type: 'CLIENT', id: actor.clientId, name: name ?? '' },
    { body: checkedBody(message), localId: message.localId ?? null },
  );
  const shown = presentMessage(row, undefined, []);
  const [head = '', tail = ''] = splitAtNumber(shown, at);
  const places = await app.messageBatches.store({
    target: client,
    row,
    lastMessage: JSON.stringify(presentLastMessage(row)),
    preview: row.body.slice(0, previewCharacters),
    feeds: [...listenersOf(client, at), feedOf.client(row.client_id)],
    head,
    tail,
  });
  const number = places[0]?.number;
  if (number === undefined) return 'otherwise';
  for (const { feed, offset } of places) app.publish({ feed, offset, json: `${head}${number}${tail}` });
  return { ...shown, number };
}

/** The event's text before and after its message's number, which only the statement knows. */
function splitAtNumber(shown: Message, at: number): string[] {
  const { id, number: _, ...rest } = shown;
  return [
    `{"event":"chatMessageCreated","data":{"id":${JSON.stringify(id)},"number":`,
    `,${JSON.stringify(rest).slice(1)},"at":"${new Date(at).toISOString()}"}`,
  ];
}
