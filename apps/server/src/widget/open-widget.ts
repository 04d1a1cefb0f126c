import type { OpenWidget, WidgetOpened } from '@switchboard/protocol';
import { type ChannelRow, findChannel } from '../channels/channel.store.ts';
import { type ClientRow, findClient, insertClient, updateClient } from '../clients/client.store.ts';
import { notFound, Refused } from '../errors.ts';
import { listOwnMessages } from '../messages/list-messages.ts';
import { listAcceptingOperators } from '../operators/operator.store.ts';
import type { App } from '../parts.ts';
import { findLastSession } from '../sessions/session.store.ts';
import { showClientSession } from '../sessions/tell.ts';

const messagesShown = 50;

/** Who I am and what was said. An unknown or foreign token opens a new client, never somebody else's. */
export async function openWidget(app: App, asked: OpenWidget, origin: string | null): Promise<WidgetOpened> {
  const channel = await findChannel(app.read, asked.guid);
  if (!channel) throw notFound('channel');
  refuseForeignPage(channel, origin);
  const known = await knownClient(app, channel, asked.clientToken ?? '');
  if (known && asked.clientToken) {
    const page = asked.page ?? null;
    if (page !== null && page !== known.page) await app.transact((tx) => updateClient(tx.db, known.id, { page }));
    return show(app, channel, known.id, asked.clientToken);
  }
  const { clientId, token } = await addClient(app, channel, asked);
  return show(app, channel, clientId, token);
}

async function knownClient(app: App, channel: ChannelRow, token: string): Promise<ClientRow | undefined> {
  const claims = app.tokens.read(token);
  if (!claims || !('client_id' in claims) || claims.channel_id !== channel.id) return undefined;
  return findClient(app.read, claims.client_id);
}

/** An empty list allows every page. A caller that is no browser says no origin and could say any. */
function refuseForeignPage(channel: ChannelRow, origin: string | null): void {
  const allowed = JSON.parse(channel.allowed_origins) as string[];
  if (origin === null || allowed.length === 0 || allowed.includes(origin)) return;
  throw new Refused('forbidden', 'This channel does not serve pages of this origin. Add it to the allowed origins.');
}

async function addClient(app: App, channel: ChannelRow & { company_id: number }, asked: OpenWidget) {
  const clientId = await app.transact(async (tx) => {
    const id = tx.uuid();
    await insertClient(tx.db, {
      id,
      organization_id: channel.organization_id,
      channel_id: channel.id,
      name: asked.name?.trim() || null,
      external_id: null,
      language: asked.lang ?? null,
      page: asked.page ?? null,
      banned_at: null,
      online_at: null,
      offline_at: null,
      created_at: tx.at,
    });
    return id;
  });
  const token = app.tokens.sign({
    client_id: clientId,
    channel_id: channel.id,
    organization_id: channel.organization_id,
    company_id: channel.company_id,
  });
  return { clientId, token };
}

async function show(app: App, channel: ChannelRow, clientId: string, clientToken: string): Promise<WidgetOpened> {
  const last = await findLastSession(app.read, clientId);
  const { items } = await listOwnMessages(app, { clientId }, { limit: messagesShown, withoutCount: true });
  const accepting = await listAcceptingOperators(app.read, channel.organization_id, channel.group_id);
  return {
    clientToken,
    clientId: clientId,
    channel: {
      id: channel.id,
      name: channel.name,
      greeting: channel.greeting,
      colours: JSON.parse(channel.colours) as Record<string, string>,
      online: accepting.length > 0,
    },
    session: last && last.status !== 'CLOSED' ? await showClientSession(app.read, last) : null,
    messages: items,
    expectedWait: null,
  };
}
