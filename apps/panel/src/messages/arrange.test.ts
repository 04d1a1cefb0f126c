import { expect, test } from 'vitest';
import { exampleMessage } from '../testing/examples.ts';
import { arrange, firstUnread, type Item } from './arrange.ts';

const local = (day: number, hour: number, minute = 0) => new Date(2026, 0, day, hour, minute).toISOString();
const by = (number: number, createdAt: string, authorType: 'CLIENT' | 'OPERATOR' | 'SYSTEM' = 'CLIENT') =>
  exampleMessage(1, number, { createdAt, authorType });
const told = (items: Item[]) =>
  items.map((item) => ('messages' in item ? `${item.kind} ${item.messages.length}` : item.kind));

test('one author within minutes stands together; another author or a pause begins anew', () => {
  const items = arrange(
    [by(1, local(5, 9)), by(2, local(5, 9, 3)), by(3, local(5, 9, 4), 'OPERATOR'), by(4, local(5, 9, 30), 'OPERATOR')],
    null,
  );
  expect(told(items)).toEqual(['day', 'group 2', 'group 1', 'group 1']);
});

test('a day begins with its mark, also in the middle of a run', () => {
  expect(told(arrange([by(1, local(5, 23, 59)), by(2, local(6, 0, 1))], null))).toEqual([
    'day',
    'group 1',
    'day',
    'group 1',
  ]);
});

test('the new line stands before the first new one and parts a run', () => {
  expect(told(arrange([by(1, local(5, 9)), by(2, local(5, 9)), by(3, local(5, 9))], 2))).toEqual([
    'day',
    'group 1',
    'new',
    'group 2',
  ]);
});

test('system lines fold together, whenever they came', () => {
  const items = arrange([by(1, local(5, 9), 'SYSTEM'), by(2, local(5, 12), 'SYSTEM'), by(3, local(5, 12))], null);
  expect(told(items)).toEqual(['day', 'system 2', 'group 1']);
});

test("unread counts the client's messages only", () => {
  const messages = [by(1, local(5, 9)), by(2, local(5, 9)), by(3, local(5, 9), 'SYSTEM'), by(4, local(5, 9))];
  expect(firstUnread(messages, 2)).toBe(2);
  expect(firstUnread(messages, 0)).toBeNull();
  expect(firstUnread(messages, 9)).toBeNull();
});
