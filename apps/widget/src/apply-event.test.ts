import { expect, it } from 'vitest';
import { applyEvent, type ClientEvent, newerSession, type Talk } from './apply-event.ts';
import { message, session } from './testing.ts';

const at = '2026-01-31T12:00:00.000Z';
const talk = { session: session({ operatorReadNumber: 2, revision: 5 }), messages: [message('a1', 1)] };
const after = (...events: Omit<ClientEvent, 'at'>[]) =>
  events.reduce<Talk>((state, event) => applyEvent(state, { ...event, at } as ClientEvent), talk);
const read = (number: number, sessionId = 's1') => ({
  event: 'chatMessageRead' as const,
  data: { sessionId, messageId: 'm', number, readAt: at },
});

it('adds, changes and deletes a message by its id', () => {
  const deletedAt = '2026-01-31T14:00:00.000Z';
  const { messages } = after(
    { event: 'chatMessageCreated', data: message('a2', 2) },
    { event: 'chatMessageEdited', data: message('a1', 1, { body: 'x', updatedAt: '2026-01-31T13:00:00.000Z' }) },
    { event: 'chatMessageDeleted', data: message('a2', 2, { deletedAt, updatedAt: deletedAt }) },
  );
  expect(messages.map(({ body, deletedAt }) => [body, deletedAt])).toEqual([
    ['x', null],
    ['a2', deletedAt],
  ]);
});

it('moves the read mark forward only, and only in its session', () => {
  expect(after(read(4), read(3)).session?.operatorReadNumber).toBe(4);
  expect(after(read(9, 'other')).session?.operatorReadNumber).toBe(2);
});

it('drops an older form of the session but keeps its read mark', () => {
  const late = session({ status: 'CLOSED', revision: 4, operatorReadNumber: 7 });
  expect(after({ event: 'chatSessionUpdated', data: late }).session).toMatchObject({
    status: 'HELP',
    revision: 5,
    operatorReadNumber: 7,
  });
});

it('takes the session that began later', () => {
  const next = session({ id: 's2', startedAt: '2026-02-01T00:00:00.000Z', revision: 1 });
  expect(newerSession(talk.session, next)).toBe(next);
  expect(newerSession(next, talk.session)).toBe(next);
});
