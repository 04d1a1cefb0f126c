import { afterClosing, type Hours, whileUnavailable } from '@switchboard/protocol';
import { isOpen } from '../channels/business-hours.ts';
import { type ChannelRow, findChannel } from '../channels/channel.store.ts';
import type { Tx } from '../events/transaction.ts';
import { listOnlineIn } from '../operators/operator.store.ts';
import { capacityOf, presenceOf } from '../operators/operator.ts';
import { type Availability, botStandsIn, type ChannelRules, firstController } from './first-controller.ts';
import { findLastSession } from './session.store.ts';

/** Of a new session. The organization's lock is held. */
export async function chooseController(
  tx: Tx,
  channel: ChannelRow,
  clientId: string,
): Promise<{ botId: string | null; lastOperatorId: number | null }> {
  const rules = rulesOf(channel);
  // Nothing to choose, nothing to read: the common case.
  if (!rules.hasBot && rules.afterClosing !== 'lastOperator') return { botId: null, lastOperatorId: null };
  const last = await findLastSession(tx.db, clientId);
  const availability = last && rules.hasBot ? await availabilityOf(tx, channel, channel.group_id) : 'free';
  const first = firstController(rules, { wroteBefore: last !== undefined }, availability);
  return {
    botId: first === 'bot' ? channel.bot_id : null,
    lastOperatorId: first === 'lastOperator' ? (last?.operator_id ?? null) : null,
  };
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
  afterClosing: afterClosing.find((one) => one === channel.after_closing) ?? 'help',
  whileOffline: whileUnavailable.find((one) => one === channel.while_offline) ?? 'help',
  whileBusy: whileUnavailable.find((one) => one === channel.while_busy) ?? 'help',
});
