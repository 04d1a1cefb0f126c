import type { ClientSession, Message } from '@switchboard/protocol';
import { type Keep, openKeep } from './keep.ts';

/** A message with everything in it; `second` sets its times. */
export function message(id: string, number: number, more: Partial<Message> = {}, second = number): Message {
  const at = new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString();
  return {
    id,
    number,
    sessionId: 's1',
    authorId: 1,
    authorType: 'OPERATOR',
    authorName: 'Anna',
    type: 'TEXT',
    body: id,
    attachments: [],
    keyboard: [],
    answers: [],
    actions: {},
    replyTo: null,
    createdAt: at,
    updatedAt: at,
    editedAt: null,
    deletedAt: null,
    deliveredAt: null,
    readAt: null,
    localId: null,
    ...more,
  };
}

export function session(more: Partial<ClientSession> = {}): ClientSession {
  return {
    id: 's1',
    status: 'HELP',
    operator: null,
    position: 1,
    expectedWait: null,
    startedAt: '2026-01-31T12:00:00.000Z',
    closedAt: null,
    operatorReadNumber: 0,
    revision: 1,
    ...more,
  };
}

/** A keep without a browser. */
export function memoryKeep(): Keep {
  return openKeep('', null);
}
