import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeMessages, reloadMessages } from './messages.ts';
import { message } from './testing.ts';

const ids = (messages: { id: string }[]) => messages.map(({ id }) => id).join(' ');
const first = [message('a1', 1), message('a2', 2), message('a3', 3)];
const second = [message('b1', 1, { sessionId: 's0' }, 40), message('b2', 2, { sessionId: 's0' }, 41)];

describe('merge', () => {
  it('gives the same list whatever the order and however often a message comes', () => {
    const all = [...first, ...second];
    const arrivals = fc.array(fc.constantFrom(...all), { maxLength: 20 });
    fc.assert(
      fc.property(arrivals, (heard) => {
        const list = [...heard, ...all].reduce((known, one) => mergeMessages(known, [one]), [] as typeof all);
        expect(ids(list)).toBe('a1 a2 a3 b1 b2');
      }),
    );
  });

  it('keeps the newest form of a message', () => {
    const edited = message('a2', 2, { body: 'better', updatedAt: '2026-01-31T13:00:00.000Z' });
    expect(mergeMessages(mergeMessages(first, [edited]), first)[1]?.body).toBe('better');
  });
});

describe('reload', () => {
  it('keeps what the new page reaches', () => {
    expect(ids(reloadMessages(first, [message('a3', 3), message('a4', 4)]))).toBe('a1 a2 a3 a4');
  });

  it('drops what it does not reach, rather than show a hole', () => {
    expect(ids(reloadMessages(first, [message('a8', 8), message('a9', 9)]))).toBe('a8 a9');
  });
});
