import { expect, test } from 'vitest';
import { at, exampleSession } from '../testing/examples.ts';
import { urgency, waitsSince } from './session.ts';
import { inOrder } from './session-order.ts';

const waiting = (n: number, since: number, more = {}) =>
  exampleSession(n, {
    firstClientMessageAfterLastOperatorMessage: at(since),
    lastMessageCreatedAt: at(since),
    ...more,
  });
const answered = (n: number, last: number) => exampleSession(n, { lastMessageCreatedAt: at(last) });
const numbers = (sessions: { number: number }[]) => sessions.map(({ number }) => number - 1000);

test('urgency: the nearest deadline, the longest wait, then the answered ones, newest first', () => {
  const sessions = [
    answered(1, 10),
    waiting(2, 500),
    answered(3, 90),
    waiting(4, 100),
    waiting(5, 900, { answerDueAt: at(1000) }),
  ];
  expect(numbers(inOrder(sessions, 'urgency'))).toEqual([5, 4, 2, 3, 1]);
});

test('newest and oldest are each other turned round; a session without words counts from its start', () => {
  const sessions = [answered(1, 10), answered(2, 30), exampleSession(20)];
  expect(numbers(inOrder(sessions, 'newest'))).toEqual([2, 20, 1]);
  expect(numbers(inOrder(sessions, 'oldest'))).toEqual([1, 20, 2]);
});

test('urgency of an answer: amber at a quarter of the time left, late at the deadline', () => {
  const session = waiting(1, 0, { answerDueAt: at(100_000) });
  const now = (ms: number) => Date.parse(at(ms));
  expect([urgency(session, now(74_000)), urgency(session, now(76_000)), urgency(session, now(100_000))]).toEqual([
    'calm',
    'soon',
    'late',
  ]);
});

test('in a closed session nobody waits', () => {
  expect(waitsSince(waiting(1, 0, { status: 'CLOSED' }))).toBeNull();
});
