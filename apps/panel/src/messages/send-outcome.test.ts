import { ApiError, NetworkError } from '@switchboard/sdk';
import { expect, test } from 'vitest';
import { exampleMessage } from '../testing/examples.ts';
import { outcomeOf } from './send-outcome.ts';

const me = 101;
const conflict = (...since: unknown[]) => new ApiError(409, { code: 'newer_messages', since });
const by = (number: number, authorType: 'CLIENT' | 'OPERATOR' | 'BOT', authorId: number) =>
  exampleMessage(1, number, { authorType, authorId });

test('without a network it waits, refused it has failed and says why', () => {
  expect(outcomeOf(new NetworkError('x'), me)).toMatchObject({ status: 'waiting' });
  expect(outcomeOf(new ApiError(422, { code: 'session_closed' }), me)).toMatchObject({
    status: 'failed',
    errorCode: 'session_closed',
  });
  expect(outcomeOf(new TypeError('bug'), me)).toMatchObject({ status: 'failed', errorCode: 'internal' });
});

test('a colleague or a bot has answered: the operator decides', () => {
  const colleague = by(4, 'OPERATOR', 102);
  expect(outcomeOf(conflict(by(3, 'CLIENT', 1), colleague), me)).toMatchObject({
    status: 'conflict',
    newer: [colleague],
  });
  expect(outcomeOf(conflict(by(3, 'BOT', 1)), me)).toMatchObject({ status: 'conflict' });
});

test('only the client went on writing, or my other tab did: it goes out', () => {
  expect(outcomeOf(conflict(by(3, 'CLIENT', 1), by(4, 'OPERATOR', me)), me)).toBe('again');
});

test('a conflict that does not say with what is shown, never overridden', () => {
  expect(outcomeOf(conflict(), me)).toMatchObject({ status: 'conflict', newer: [] });
});
