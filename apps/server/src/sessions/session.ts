import {
  type ClientSession,
  type LastMessage,
  type Session,
  type SessionStatus,
  sessionStatuses,
} from '@switchboard/protocol';
import { toIso, toIsoOrNull } from '../clock.ts';
import type { SessionInContext } from './session.store.ts';

const statusOf = (row: { status: string }): SessionStatus =>
  sessionStatuses.find((status) => status === row.status) ?? 'CLOSED';
export const isClosed = (row: { status: string }): boolean => row.status === 'CLOSED';
/** An operator has it, at work or resting. */
export const isWithOperator = (row: { status: string }): boolean => row.status === 'ACTIVE' || row.status === 'PAUSED';

/** Operators beside the main one who hear the messages, as the session keeps them: id, and until when (null: for good). */
type Listener = [operatorId: number, until: number | null];

const listenersIn = (row: { listeners: string }): Listener[] => JSON.parse(row.listeners) as Listener[];

/** Of a closed one only who has it open: second operators have lost it, as the main one has. */
export const listenersAt = (row: { listeners: string; status: string }, at: number): number[] =>
  row.listeners === '[]'
    ? []
    : listenersIn(row).flatMap(([id, until]) => ((until === null ? !isClosed(row) : until > at) ? [id] : []));

/** Who is a second operator hears it for good. */
const isSecond = ([, until]: Listener): boolean => until === null;
export const hasSecond = (row: { listeners: string }): boolean =>
  row.listeners !== '[]' && listenersIn(row).some(isSecond);
export const isSecondOf = (row: { listeners: string }, operatorId: number): boolean =>
  row.listeners !== '[]' && listenersIn(row).some((one) => one[0] === operatorId && isSecond(one));

/** The listeners with this one added, prolonged or (`until` undefined) gone; those whose time is over go with it. */
export function changedListeners(
  row: { listeners: string },
  operatorId: number,
  until: number | null | undefined,
  at: number,
): string {
  const others = listenersIn(row).filter(([id, end]) => id !== operatorId && (end === null || end > at));
  return JSON.stringify(until === undefined ? others : [...others, [operatorId, until]]);
}

export interface SecondOperator {
  operator_id: number;
  name: string;
  assigned_at: number;
}

/** As the operator face shows it, in answers and in events alike. */
export function presentSession(row: SessionInContext, second: SecondOperator[]): Session {
  const assignedAt = toIsoOrNull(row.operator_assigned_at);
  const withOperator = isWithOperator(row);
  // The bot answers it: no operator owes anything, until it is theirs and all of it is unread.
  const withBot = row.status === 'BOT';
  return {
    id: row.id,
    number: row.number,
    organizationId: row.organization_id,
    chatId: row.channel_id,
    name: row.name || row.client_name || `#${row.number}`,
    channel: row.channel_name,
    messengerType: row.messenger_type,
    status: statusOf(row),
    botStatus: row.bot_status,
    operatorType: row.status === 'BOT' ? 'BOT' : row.operator_id === null ? null : 'OPERATOR',
    operatorId: row.operator_id,
    operatorName: row.operator_name,
    operatorAssignedAt: assignedAt,
    operators: [
      ...(row.operator_id !== null && withOperator
        ? [
            {
              id: row.operator_id,
              name: row.operator_name ?? '',
              type: 'MAIN' as const,
              assigned_at: assignedAt ?? toIso(row.started_at),
            },
          ]
        : []),
      ...second.map((operator) => ({
        id: operator.operator_id,
        name: operator.name,
        type: 'SECOND' as const,
        assigned_at: toIso(operator.assigned_at),
      })),
    ],
    groupId: row.group_id,
    clientId: row.client_id,
    clientName: row.client_name,
    clientBanned: row.client_banned_at !== null,
    clientOnlineAt: toIsoOrNull(row.client_online_at),
    clientOfflineAt: toIsoOrNull(row.client_offline_at),
    clientExternalId: row.client_external_id,
    startedAt: toIso(row.started_at),
    closedAt: toIsoOrNull(row.closed_at),
    closedBy: row.closed_by,
    result: row.result,
    lastMessage: row.last_message === null ? null : (JSON.parse(row.last_message) as LastMessage),
    lastMessageCreatedAt: toIsoOrNull(row.last_message_at),
    lastOperatorMessage: toIsoOrNull(row.last_operator_message_at),
    firstClientMessageAfterLastOperatorMessage: toIsoOrNull(withBot ? null : row.waiting_since),
    lastClientMessageBody: row.last_client_body,
    messageCount: row.message_count,
    unreadClientMessageCount: withBot ? 0 : row.unread_count,
    unreadClientMessageExists: !withBot && row.unread_count > 0,
    operatorReadNumber: row.operator_read_number,
    markedAsSpam: row.marked_as_spam === 1,
    referer: row.referer,
    tags: JSON.parse(row.tags) as string[],
    timerFirstAnswer: row.timer_first_answer,
    timerNextAnswers: row.timer_next_answers,
    answerDueAt: toIsoOrNull(row.answer_due_at),
    answerLate: row.answer_late === 1,
    pausedUntil: toIsoOrNull(row.paused_until),
    previousOperator:
      row.previous_operator_id === null
        ? null
        : { id: row.previous_operator_id, name: row.previous_operator_name ?? '' },
    coordinates: null,
    ttl: row.ttl,
    controlEpoch: row.control_epoch,
    revision: row.revision,
  };
}

/** All that a client sees of their session. */
type SeenByClient = Pick<
  SessionInContext,
  'id' | 'status' | 'operator_name' | 'started_at' | 'closed_at' | 'operator_read_number' | 'revision'
>;

/** As its client may see it. */
export const presentClientSession = (
  row: SeenByClient,
  position: number | null,
  expectedWait: number | null,
): ClientSession => ({
  id: row.id,
  status: statusOf(row),
  operator: isWithOperator(row) && row.operator_name !== null ? { name: row.operator_name } : null,
  position,
  expectedWait,
  startedAt: toIso(row.started_at),
  closedAt: toIsoOrNull(row.closed_at),
  operatorReadNumber: row.operator_read_number,
  revision: row.revision,
});
