import type { ClientActor } from '../actor.ts';
import { type Channel, findChannel } from '../channels/channel.store.ts';
import type { ClientRow } from '../clients/client.store.ts';
import { notFound } from '../errors.ts';
import { scopeFeed } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { chooseController } from './choose-controller.ts';
import { insertSession, type SessionRow } from './session.store.ts';
import { seenOf } from './tell.ts';

interface Opened {
  session: SessionRow;
  channel: Channel;
}

/** A session of this client, who is locked; told of, and with the bot or routed. undefined: another transaction opened one first. */
export async function openSession(tx: Tx, actor: ClientActor, client: ClientRow): Promise<Opened | undefined> {
  const channel = await findChannel(tx.db, actor.channelId);
  if (!channel) throw notFound('channel');
  const botId = await chooseController(tx, channel, actor.clientId);
  const session = await insertSession(tx.db, {
    id: tx.uuid(),
    organization_id: channel.organization_id,
    channel_id: channel.id,
    client_id: actor.clientId,
    group_id: channel.group_id,
    name: client.name ?? '',
    status: botId === null ? 'HELP' : 'BOT',
    bot_id: botId,
    bot_status: botId === null ? null : 'ACTIVE',
    ttl: channel.session_ttl,
    referer: client.page,
    started_at: tx.at,
    help_since: botId === null ? tx.at : null,
    priority: channel.priority,
    wake_at: tx.at + channel.session_ttl * 1000,
    ...timersOf(channel, {
      timer_first_answer: channel.group_timer_first_answer,
      timer_next_answers: channel.group_timer_next_answers,
    }),
  });
  if (!session) return undefined;
  const { shown } = await seenOf(tx.db, {
    ...session,
    channel_name: channel.name,
    messenger_type: channel.messenger_type,
    client_name: client.name,
    client_external_id: client.external_id,
    client_banned_at: client.banned_at,
    client_online_at: client.online_at,
    client_offline_at: client.offline_at,
    operator_name: null,
    previous_operator_name: null,
  });
  tx.append([scopeFeed(session)], 'chatSessionStarted', shown);
  // The bot begins when it has heard the first message.
  if (botId !== null) return { session, channel };
  await tx.need({
    need: 'operatorForSession',
    sessionId: session.id,
    organizationId: session.organization_id,
    cause: 'first message',
  });
  return { session, channel };
}

/** From the group, else the channel. */
export function timersOf(
  channel: Channel,
  group: { timer_first_answer: number | null; timer_next_answers: number | null },
): Pick<SessionRow, 'timer_first_answer' | 'timer_next_answers' | 'timed'> {
  const first = group.timer_first_answer ?? channel.timer_first_answer;
  const next = group.timer_next_answers ?? channel.timer_next_answers;
  const timed = first !== null || next !== null || channel.allowable_idle > 0 || channel.waiting_steps !== '{}';
  return { timer_first_answer: first, timer_next_answers: next, timed: timed ? 1 : 0 };
}
