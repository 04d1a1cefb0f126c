import type { Message, Session, User } from '@switchboard/protocol';

const uuid = (kind: number, n: number): string => `00000000-0000-4000-8${kind}00-${String(n).padStart(12, '0')}`;
export const sessionId = (n: number): string => uuid(0, n);

/** ISO time n milliseconds after a fixed morning. */
export const at = (ms: number): string => new Date(Date.UTC(2026, 0, 31, 9, 0, 0, ms)).toISOString();

export function exampleSession(n: number, more: Partial<Session> = {}): Session {
  return {
    id: sessionId(n),
    number: 1000 + n,
    organizationId: 24,
    chatId: uuid(1, 1),
    name: `Session ${n}`,
    channel: 'Demo shop',
    messengerType: 'WIDGET',
    status: 'HELP',
    botStatus: null,
    operatorType: null,
    operatorId: null,
    operatorName: null,
    operatorAssignedAt: null,
    operators: [],
    groupId: null,
    clientId: uuid(2, n),
    clientName: null,
    clientBanned: false,
    clientOnlineAt: null,
    clientOfflineAt: null,
    clientExternalId: null,
    startedAt: at(n),
    closedAt: null,
    closedBy: null,
    result: null,
    lastMessage: null,
    lastMessageCreatedAt: null,
    lastOperatorMessage: null,
    firstClientMessageAfterLastOperatorMessage: null,
    lastClientMessageBody: null,
    messageCount: 0,
    unreadClientMessageCount: 0,
    unreadClientMessageExists: false,
    operatorReadNumber: 0,
    markedAsSpam: false,
    referer: null,
    tags: [],
    timerFirstAnswer: null,
    timerNextAnswers: null,
    answerDueAt: null,
    previousOperator: null,
    coordinates: null,
    ttl: 86_400,
    revision: 1,
    ...more,
  };
}

export function exampleMessage(n: number, number: number, more: Partial<Message> = {}): Message {
  return {
    id: uuid(3, n * 10_000 + number),
    number,
    sessionId: sessionId(n),
    authorId: uuid(2, n),
    authorType: 'CLIENT',
    authorName: '',
    type: 'TEXT',
    body: `Message ${number}`,
    attachments: [],
    keyboard: [],
    answers: [],
    actions: {},
    replyTo: null,
    createdAt: at(n * 1000 + number),
    updatedAt: at(n * 1000 + number),
    editedAt: null,
    deletedAt: null,
    deliveredAt: null,
    readAt: null,
    localId: null,
    ...more,
  };
}

export const exampleUser: User = {
  id: 101,
  companyId: 1,
  organizationId: 24,
  firstName: 'John',
  lastName: 'Smith',
  middleName: '',
  name: 'John Smith',
  email: 'john.smith@example.com',
  phone: null,
  roles: [{ name: 'OPERATOR', company_id: 1 }],
  settings: {},
  avatar: null,
  status: 0,
  presence: 'online',
  groups: [],
  activeSessions: 0,
  maxSessions: 5,
};
