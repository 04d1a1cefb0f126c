import type { OpenWidget, WidgetOpened } from '@switchboard/protocol';
import type { ClientActor } from '../actor.ts';
import { type ChannelRow, findChannel } from '../channels/channel.store.ts';
import { authenticateClient } from '../clients/authenticate-client.ts';
import { insertClient, updateClient } from '../clients/client.store.ts';
import { notFound, Refused } from '../errors.ts';
import { listOwnMessages } from '../messages/list-messages.ts';
import { listAcceptingOperators } from '../operators/operator.store.ts';
import type { App } from '../parts.ts';
import { findLastSession } from '../sessions/session.store.ts';
import { showClientSession } from '../sessions/tell.ts';
import { clientTokenPrefix, digest } from '../tokens/token.ts';

const messagesShown = 50;

/** Who I am and what was said. An unknown or foreign token opens a new client, never somebody else's. */
export async function openWidget(app: App, asked: OpenWidget, origin: string | null): Promise<WidgetOpened> {
  const channel = await findChannel(app.read, asked.guid);
  if (!channel) throw notFound('channel');
  refuseForeignPage(channel, origin);
  const known = asked.clientToken ? await authenticateClient(app, asked.clientToken) : null;
  if (known && asked.clientToken && known.channelId === channel.id) {
    const page = asked.page ?? null;
    if (page !== null && page !== known.page) await app.transact((tx) => updateClient(tx.db, known.clientId, { page }));
    return show(app, channel, known, asked.clientToken);
  }
  const { client, token } = await addClient(app, channel, asked);
  return show(app, channel, client, token);
}

/** An empty list allows every page. A caller that is no browser says no origin and could say any. */
function refuseForeignPage(channel: ChannelRow, origin: string | null): void {
  const allowed = JSON.parse(channel.allowed_origins) as string[];
  if (origin === null || allowed.length === 0 || allowed.includes(origin)) return;
  throw new Refused('forbidden', 'This channel does not serve pages of this origin. Add it to the allowed origins.');
}

async function addClient(app: App, channel: ChannelRow & { company_id: number }, asked: OpenWidget) {
  const token = clientTokenPrefix + app.ids.secret();
  const name = asked.name?.trim() || null;
  const clientId = await app.transact(async (tx) => {
    const id = tx.uuid();
    await insertClient(tx.db, {
      id,
      organization_id: channel.organization_id,
      channel_id: channel.id,
      token_hash: digest(token),
      name,
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
  const client: ClientActor = {
    kind: 'client',
    clientId,
    companyId: channel.company_id,
    organizationId: channel.organization_id,
    channelId: channel.id,
    name,
    page: asked.page ?? null,
    banned: false,
  };
  return { client, token };
}

async function show(app: App, channel: ChannelRow, client: ClientActor, clientToken: string): Promise<WidgetOpened> {
  const last = await findLastSession(app.read, client.clientId);
  const { items } = await listOwnMessages(app, client, { limit: messagesShown, withoutCount: true });
  const accepting = await listAcceptingOperators(app.read, channel.organization_id, channel.group_id);
  return {
    clientToken,
    clientId: client.clientId,
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
