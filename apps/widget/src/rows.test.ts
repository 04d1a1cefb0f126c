import { expect, it } from 'vitest';
import { toRows } from './rows.ts';
import { message } from './testing.ts';

const shape = (rows: ReturnType<typeof toRows>) =>
  rows.map(({ kind, first, last }) =>
    kind === 'message' || kind === 'unsent' ? `${first ? '[' : ''}${kind}${last ? ']' : ''}` : kind,
  );
const at = Date.UTC(2026, 0, 31, 12, 0, 9);

it('marks days, runs of one author and the break between two chats', () => {
  const rows = toRows(
    [
      message('a', 1),
      message('b', 2),
      message('c', 3, { authorType: 'CLIENT' }),
      message('d', 4, { authorType: 'SYSTEM' }),
      message('e', 1, { sessionId: 's2', createdAt: '2026-02-02T12:00:00.000Z' }),
    ],
    [],
  );
  expect(shape(rows)).toEqual(['day', '[message', 'message]', '[message]', 'system', 'break', 'day', '[message]']);
});

it('keeps the key of an own message when it is sent, so that its bubble stays', () => {
  const [, unsent] = toRows([], [{ localId: 'L', body: 'hi', at }]);
  const [, sent] = toRows([message('id', 1, { localId: 'L', authorType: 'CLIENT' })], []);
  expect(sent?.key).toBe(unsent?.key);
});

it('sets a refused message apart', () => {
  const refused = { code: 'c', error: 'e' };
  const rows = toRows(
    [message('a', 1, { authorType: 'CLIENT' })],
    [
      { localId: 'L', body: 'x', at, refused },
      { localId: 'M', body: 'y', at: at + 1 },
    ],
  );
  expect(shape(rows)).toEqual(['day', '[message]', '[unsent]', '[unsent]']);
});

it('gives every row its own key', () => {
  const rows = toRows([message('a', 1), message('b', 1, { sessionId: 's2' }, 90)], [{ localId: 'L', body: 'x', at }]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});
