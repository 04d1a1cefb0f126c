import { afterClosing, type ChangedChat, type Chat, type Hours, whileUnavailable } from '@switchboard/protocol';
import { toIso } from '../clock.ts';
import type { ChannelRow } from './channel.store.ts';

const oneOf = <T extends string>(values: readonly [...T[], T], text: string, otherwise: T): T =>
  values.find((value) => value === text) ?? otherwise;

export const presentChat = (row: ChannelRow): Chat => ({
  id: row.id,
  organizationId: row.organization_id,
  messengerType: row.messenger_type,
  name: row.name,
  groupId: row.group_id,
  botId: row.bot_id,
  priority: row.priority,
  greeting: row.greeting,
  operatorsBusyMessage: row.busy_message,
  sessionTtl: row.session_ttl,
  allowableOperatorIdleTime: row.allowable_idle,
  timerFirstAnswer: row.timer_first_answer,
  timerNextAnswers: row.timer_next_answers,
  stickyWait: row.sticky_wait,
  hours: hoursOf(row),
  results: JSON.parse(row.results) as string[],
  afterClosing: oneOf(afterClosing, row.after_closing, 'lastOperator'),
  whileOffline: oneOf(whileUnavailable, row.while_offline, 'help'),
  whileBusy: oneOf(whileUnavailable, row.while_busy, 'help'),
  waitingSteps: JSON.parse(row.waiting_steps) as Chat['waitingSteps'],
  allowedOrigins: JSON.parse(row.allowed_origins) as string[],
  colours: JSON.parse(row.colours) as Record<string, string>,
  createdAt: toIso(row.created_at),
});

export const hoursOf = ({ hours }: { hours: string | null }): Hours | null =>
  hours === null ? null : (JSON.parse(hours) as Hours);

const column = {
  groupId: 'group_id',
  botId: 'bot_id',
  priority: 'priority',
  greeting: 'greeting',
  operatorsBusyMessage: 'busy_message',
  sessionTtl: 'session_ttl',
  allowableOperatorIdleTime: 'allowable_idle',
  timerFirstAnswer: 'timer_first_answer',
  timerNextAnswers: 'timer_next_answers',
  stickyWait: 'sticky_wait',
  afterClosing: 'after_closing',
  whileOffline: 'while_offline',
  whileBusy: 'while_busy',
} as const satisfies Partial<Record<keyof ChangedChat, keyof ChannelRow>>;
const jsonColumn = {
  results: 'results',
  allowedOrigins: 'allowed_origins',
  colours: 'colours',
} as const satisfies Partial<Record<keyof ChangedChat, keyof ChannelRow>>;

type Change = Partial<Omit<ChannelRow, 'id' | 'organization_id' | 'messenger_type' | 'deleted_at' | 'created_at'>>;

/** What is named, as it is stored; whatever else the body holds is left out. */
export function columnsOf(asked: ChangedChat): Change {
  const change: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(column)) {
    const value = asked[field as keyof typeof column];
    if (value !== undefined) change[name] = value;
  }
  for (const [field, name] of Object.entries(jsonColumn)) {
    const value = asked[field as keyof typeof jsonColumn];
    if (value !== undefined) change[name] = JSON.stringify(value);
  }
  if (asked.name !== undefined) change.name = asked.name.trim();
  if (asked.hours !== undefined) change.hours = asked.hours && JSON.stringify(asked.hours);
  if (asked.waitingSteps !== undefined) change.waiting_steps = stepsText(asked.waitingSteps);
  return change as Change;
}

/** A kind without steps is none: so a session sees whether its channel says anything at all. */
const stepsText = (steps: NonNullable<ChangedChat['waitingSteps']>): string => {
  const { forOperator, forAnswer, onHold } = steps;
  const kinds = Object.entries({ forOperator, forAnswer, onHold });
  return JSON.stringify(Object.fromEntries(kinds.filter(([, of]) => of !== undefined && of.length > 0)));
};
