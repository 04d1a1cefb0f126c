import { expect, test } from 'vitest';
import type { Conversation } from '../inbox-state.ts';
import { exampleMessage } from '../testing/examples.ts';
import { join } from './load-messages.ts';

const holding = (...numbers: number[]): Conversation => ({
  messages: numbers.map((number) => exampleMessage(1, number)),
  phase: 'ready',
  hasOlder: (numbers[0] ?? 1) > 1,
  hasGap: false,
});
const numbers = ({ messages }: Conversation) => messages.map(({ number }) => number);

test('what came live while the page was on its way is joined to it', () => {
  const joined = join(holding(3, 4), { ...holding(4, 5), phase: 'loading' });
  expect(numbers(joined)).toEqual([3, 4, 5]);
  expect(joined).toMatchObject({ phase: 'ready', hasOlder: true, hasGap: false });
});

test('older pages stay where they touch the new one', () => {
  expect(numbers(join(holding(3, 4, 5), holding(1, 2, 3, 4)))).toEqual([1, 2, 3, 4, 5]);
});

test('and go where a hole would be left', () => {
  const joined = join(holding(8, 9), holding(1, 2, 3));
  expect(numbers(joined)).toEqual([8, 9]);
  expect(joined.hasOlder).toBe(true);
});

test('a hole among what came live is told, so that it is loaded again', () => {
  expect(join(holding(3, 4), holding(4, 6)).hasGap).toBe(true);
});
