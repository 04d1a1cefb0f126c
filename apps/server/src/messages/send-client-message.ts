import type { Message } from '@switchboard/protocol';
import type { ClientActor } from '../actor.ts';
import type { Channel } from '../channels/channel.store.ts';
import { type ClientRow, findClient, findClientAndLock } from '../clients/client.store.ts';
import { mayWrite } from '../clients/client.ts';
import { gather } from '../database/gather.ts';
import type { Transact, Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { openSession } from '../sessions/open-session.ts';
import { wakePaused } from '../sessions/pause-session.ts';
import { findOpenSession, getSession, type SessionRow } from '../sessions/session.store.ts';
import { startWaiting } from '../sessions/session-clock.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';
import { findClientMessageByLocalId, findOffer } from './message.store.ts';
import type { Button, NewMessage } from './message.ts';
import { sayBusyOnce } from './say-busy.ts';
import { showMessages } from './show-messages.ts';
import { storeInOneStatement } from './store-in-one-statement.ts';
import { AlreadyStored, storeMessage } from './store-message.ts';

export interface Sent {
  message: Message;
  /** It was there already, from an earlier try with the same localId. */
  repeated: boolean;
}

/** The client writes. The first message opens the session; a banned client's is refused. */
export async function sendClientMessage(app: App, actor: ClientActor, asked: NewMessage): Promise<Sent> {
  try {
    const stored = await storeInOneStatement(app, actor, asked);
    if (typeof stored !== 'string') return { message: stored, repeated: false };
    const message = await (app.sendTogether
      ? app.sendTogether({ actor, asked })
      : sendAlone(app, actor, asked, stored === 'first'));
    return { message, repeated: false };
  } catch (error) {
    if (!(error instanceof AlreadyStored) || asked.localId == null) throw error;
    const first = await findClientMessageByLocalId(app.read, actor.clientId, asked.localId);
    const [shown] = first ? await showMessages(app.read, [first]) : [];
    if (!shown) throw error;
    return { message: shown, repeated: true };
  }
}

const sendAlone = (app: App, actor: ClientActor, asked: NewMessage, isFirst: boolean): Promise<Message> => {
  if (!isFirst) return app.transact((tx) => send(tx, actor, asked));
  return app.inTurn(actor.organizationId, () => app.transact((tx) => sendFirst(tx, actor, asked)));
};

/** Clients' messages of one turn share a transaction, as on PostgreSQL they share a statement. */
export const createSendTogether = (transact: Transact): SendTogether =>
  gather((sendings: Sending[]) => sendAll(transact, sendings), { most: 64, flights: 1, everyMs: 4 });

interface Sending {
  actor: ClientActor;
  asked: NewMessage;
}
export type SendTogether = (sending: Sending) => Promise<Message>;

/** If one of them is refused none is stored; then each goes alone, and only that one is told. */
async function sendAll(transact: Transact, sendings: Sending[]): Promise<(Message | Error)[]> {
  try {
    return await transact(async (tx) => {
      const sent: Message[] = [];
      for (const { actor, asked } of sendings) sent.push(await send(tx, actor, asked));
      return sent;
    });
  } catch (error) {
    if (sendings.length === 1) return [error instanceof Error ? error : new Error(String(error))];
    const each = await Promise.all(sendings.map((sending) => sendAll(transact, [sending])));
    return each.flat();
  }
}

async function send(tx: Tx, actor: ClientActor, message: NewMessage): Promise<Message> {
  const seen = await findOpenSession(tx.db, actor.channelId, actor.clientId);
  if (!seen) return sendFirst(tx, actor, message);
  const client = mayWrite(await findClient(tx.db, actor.clientId));
  // The bot may route or close, and the organization's lock comes before the session's.
  if (seen.status === 'BOT') await tx.lockOrganization(actor.organizationId);
  const open = tx.lock ? await findOpenSession(tx.db, actor.channelId, actor.clientId, true) : seen;
  return open ? storeInOpen(tx, open, client, message) : sendFirst(tx, actor, message);
}

/** Fifty first messages at once make one session: the organization's lock, and behind it the unique index. */
async function sendFirst(tx: Tx, actor: ClientActor, message: NewMessage): Promise<Message> {
  await tx.lockOrganization(actor.organizationId);
  // Whoever banned the client meanwhile held this lock, and closed the session that was open.
  const client = mayWrite(await (tx.lock ? findClientAndLock : findClient)(tx.db, actor.clientId));
  if (message.localId != null && (await findClientMessageByLocalId(tx.db, actor.clientId, message.localId))) {
    // A late repeat of a message from a session that is closed by now must not open another.
    throw new AlreadyStored();
  }
  const opened = await openSession(tx, actor, client);
  if (!opened) return send(tx, actor, message);
  return storeInOpen(tx, await getSession(tx.db, opened.session.id), client, message, opened.channel);
}

async function storeInOpen(
  tx: Tx,
  open: SessionRow,
  client: ClientRow,
  message: NewMessage,
  channel?: Channel,
): Promise<Message> {
  const author = { type: 'CLIENT' as const, id: client.id, name: client.name ?? '' };
  const answers = open.status === 'BOT' ? await pressedIn(tx.db, open, message.body ?? '') : [];
  const stored = await storeMessage(tx, open, author, message, { answers });
  if (open.status === 'BOT') {
    // Held already, except where the bot got the session a moment ago.
    await tx.lockOrganization(open.organization_id);
    await tx.need({ need: 'botHears', sessionId: open.id, messageId: stored.id });
  }
  // A pause ends when its client writes.
  if (open.status === 'PAUSED') await wakePaused(tx, await getSession(tx.db, open.id));
  else await startWaiting(tx, open);
  // In help nobody has it, so nobody's own feed tells of it: everyone in scope sees the row change.
  if (open.status === 'HELP') {
    await sayBusyOnce(tx, open, channel);
    await tellSessionUpdated(tx, open.id);
  }
  return stored;
}

/** Of the buttons that were offered last, the one whose text this is. */
async function pressedIn(db: Tx['db'], session: SessionRow, body: string): Promise<Button[]> {
  const offered = await findOffer(db, session);
  return offered.filter(({ text }) => text.trim() === body.trim());
}
