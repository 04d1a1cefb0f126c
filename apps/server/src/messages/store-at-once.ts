import type { Message } from '@switchboard/protocol';
import type { ClientActor } from '../actor.ts';
import { mayWrite } from '../clients/client.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { listenersOf } from '../sessions/tell.ts';
import type { Target } from './at-once.store.ts';
import {
  checkedBody,
  type MessageRow,
  type NewMessage,
  presentLastMessage,
  presentMessage,
  previewCharacters,
} from './message.ts';

/** Stored; or why not: a first message, which opens the session, or another case for the transaction to decide. */
export type StoredAtOnce = Message | 'first' | 'otherwise';

/**
 * The common case of a message, where one statement is much cheaper than a transaction: a client writes into a session
 * that an operator has.
 */
export async function storeAtOnce(app: App, actor: ClientActor, message: NewMessage): Promise<StoredAtOnce> {
  if (!app.atOnce || message.replyToMessageId != null) return 'otherwise';
  const client = mayWrite(await app.atOnce.find({ clientId: actor.clientId, channelId: actor.channelId }));
  if (client.session_id === null) return 'first';
  if (client.status !== 'ACTIVE') return 'otherwise';
  const at = app.clock.now();
  const row = rowOf(app, actor, client, client.session_id, message, at);
  const shown = presentMessage(row, undefined, []);
  const [head = '', tail = ''] = splitAtNumber(shown, at);
  const places = await app.atOnce.store({
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

function rowOf(
  app: App,
  actor: ClientActor,
  target: Target,
  sessionId: string,
  message: NewMessage,
  at: number,
): MessageRow {
  return {
    id: app.ids.uuid(at),
    session_id: sessionId,
    organization_id: target.organization_id,
    client_id: actor.clientId,
    number: 0,
    author_type: 'CLIENT',
    author_id: actor.clientId,
    author_name: target.name ?? '',
    type: 'TEXT',
    body: checkedBody(message),
    reply_to_id: null,
    local_id: message.localId ?? null,
    created_at: at,
    updated_at: at,
    edited_at: null,
    deleted_at: null,
  };
}

/** The event's text before and after its message's number, which only the statement knows. */
function splitAtNumber(shown: Message, at: number): string[] {
  const { id, number: _, ...rest } = shown;
  return [
    `{"event":"chatMessageCreated","data":{"id":${JSON.stringify(id)},"number":`,
    `,${JSON.stringify(rest).slice(1)},"at":"${new Date(at).toISOString()}"}`,
  ];
}
