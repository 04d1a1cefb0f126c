import { afterClosing, type Hours, whileUnavailable } from '@switchboard/protocol';
import { isOpen } from '../channels/business-hours.ts';
import { type ChannelRow, findChannel } from '../channels/channel.store.ts';
import type { Tx } from '../events/transaction.ts';
import { listOnlineIn } from '../operators/operator.store.ts';
import { capacityOf, presenceOf } from '../operators/operator.ts';
import { type Availability, botStandsIn, type ChannelRules, firstController } from './first-controller.ts';
import { findLastSession } from './session.store.ts';

/** The bot that gets a new session; null: people do. The organization's lock is held. */
export async function chooseController(tx: Tx, channel: ChannelRow, clientId: string): Promise<string | null> {
  const rules = rulesOf(channel);
  // Nothing to choose, nothing to read: the common case.
  if (!rules.hasBot) return null;
  const wroteBefore = (await findLastSession(tx.db, clientId)) !== undefined;
  const availability = wroteBefore ? await availabilityOf(tx, channel, channel.group_id) : 'free';
  return firstController(rules, { wroteBefore }, availability) === 'bot' ? channel.bot_id : null;
}

/** Whether the bot keeps what it wants to hand over to this group, because nobody can have it now. */
export async function botKeepsIt(tx: Tx, channelId: string, groupId: number | null): Promise<boolean> {
  const channel = await findChannel(tx.db, channelId);
  return channel !== undefined && botStandsIn(rulesOf(channel), await availabilityOf(tx, channel, groupId));
}

async function availabilityOf(tx: Tx, channel: ChannelRow, groupId: number | null): Promise<Availability> {
  const hours = channel.hours === null ? null : (JSON.parse(channel.hours) as Hours);
  if (!isOpen(tx.at, hours)) return 'offline';
  const online = await listOnlineIn(tx.db, channel.organization_id, groupId);
  if (online.length === 0) return 'offline';
  const free = online.some((one) => presenceOf(one) === 'online' && one.open_sessions < capacityOf(one));
  return free ? 'free' : 'busy';
}

const rulesOf = (channel: ChannelRow): ChannelRules => ({
  hasBot: channel.bot_id !== null,
  afterClosing: afterClosing.find((one) => one === channel.after_closing) ?? 'lastOperator',
  whileOffline: whileUnavailable.find((one) => one === channel.while_offline) ?? 'help',
  whileBusy: whileUnavailable.find((one) => one === channel.while_busy) ?? 'help',
});
