import type { OpenWidget, WidgetOpened } from '@switchboard/protocol';
import { type ChannelRow, findChannel } from '../channels/channel.store.ts';
import { hoursOf } from '../channels/channel.ts';
import { type ClientRow, findClient, insertClient, updateClient } from '../clients/client.store.ts';
import { notFound, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { listOwnMessages } from '../messages/list-messages.ts';
import { listAcceptingOperators, type RoutedOperator } from '../operators/operator.store.ts';
import { capacityOf } from '../operators/operator.ts';
import type { App } from '../parts.ts';
import { countHelp } from '../sessions/help.store.ts';
import { findLastSession } from '../sessions/session.store.ts';
import { showClientSession, waitAt } from '../sessions/tell.ts';

const messagesShown = 50;

type Channel = ChannelRow & { company_id: number };

/** Who I am and what was said. An unknown or foreign token opens a new client, never somebody else's. */
export async function openWidget(app: App, asked: OpenWidget, origin: string | null): Promise<WidgetOpened> {
  const channel = await findChannel(app.read, asked.guid);
  if (!channel) throw notFound('channel');
  refuseForeignPage(channel, origin);
  const shown = await showChannel(app, channel);
  const known = await knownClient(app, channel, asked.clientToken ?? '');
  if (!known || !asked.clientToken) return app.transact((tx) => addClient(app, tx, channel, asked, shown));
  const said = await showConversation(app, known.id);
  const expectedWait = said.session ? said.session.expectedWait : shown.expectedWait;
  const opened = { clientToken: asked.clientToken, ...shown, ...said, expectedWait };
  const page = asked.page ?? null;
  if (page === null || page === known.page) return opened;
  return app.transact(async (tx) => {
    await updateClient(tx.db, known.id, { page });
    return opened;
  });
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

async function addClient(
  app: App,
  tx: Tx,
  channel: Channel,
  asked: OpenWidget,
  shown: ShownChannel,
): Promise<WidgetOpened> {
  const clientId = tx.uuid();
  await insertClient(tx.db, {
    id: clientId,
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
  const clientToken = app.tokens.sign({
    client_id: clientId,
    channel_id: channel.id,
    organization_id: channel.organization_id,
    company_id: channel.company_id,
  });
  return { clientToken, ...shown, clientId, session: null, messages: [] };
}

type ShownChannel = Pick<WidgetOpened, 'channel' | 'expectedWait'>;

async function showChannel(app: App, channel: ChannelRow): Promise<ShownChannel> {
  const accepting = await listAcceptingOperators(app.read, channel.organization_id, channel.group_id);
  return {
    channel: {
      id: channel.id,
      name: channel.name,
      greeting: channel.greeting,
      colours: JSON.parse(channel.colours) as Record<string, string>,
      hours: hoursOf(channel),
      online: accepting.length > 0,
    },
    expectedWait: accepting.length === 0 ? null : await waitOfNext(app, channel, accepting),
  };
}

/** Of who would write now: seconds until somebody has the session, null when nobody knows. */
async function waitOfNext(app: App, channel: ChannelRow, accepting: RoutedOperator[]): Promise<number | null> {
  if (accepting.some((operator) => operator.open_sessions < capacityOf(operator))) return 0;
  return waitAt(app.read, channel, (await countHelp(app.read, channel)) + 1, app.clock.now());
}

async function showConversation(
  app: App,
  clientId: string,
): Promise<Pick<WidgetOpened, 'clientId' | 'session' | 'messages'>> {
  const last = await findLastSession(app.read, clientId);
  const { items } = await listOwnMessages(app, { clientId }, { limit: messagesShown, withoutCount: true });
  return {
    clientId,
    session: last && last.status !== 'CLOSED' ? await showClientSession(app.read, last, app.clock.now()) : null,
    messages: items,
  };
}
