import type { Hours } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessTime, isOpen } from './business-hours.ts';

const minuteMs = 60_000;
const nineToFive = [{ from: '09:00', to: '17:00' }];
const officeIn = (timeZone: string, closed: string[] = []): Hours => ({
  timeZone,
  week: { mon: nineToFive, tue: nineToFive, wed: nineToFive, thu: nineToFive, fri: nineToFive },
  closed,
});
const allDay = [{ from: '00:00', to: '24:00' }];
const always = (timeZone: string): Hours => ({
  timeZone,
  week: { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay },
});
const kyiv = officeIn('Europe/Kyiv');
const at = (text: string) => Date.parse(text);
const after = (from: string, minutes: number, hours: Hours | null) => {
  const due = addBusinessTime(at(from), minutes * minuteMs, hours);
  return due === null ? null : new Date(due).toISOString();
};

describe('working time', () => {
  test.each<[string, string, number, Hours | null, string | null]>([
    ['no hours: time as it passes', '2026-03-01T00:00:00Z', 30, null, '2026-03-01T00:30:00.000Z'],
    ['within a day', '2026-03-02T08:00:00Z', 30, kyiv, '2026-03-02T08:30:00.000Z'],
    ['before it opens', '2026-03-02T05:00:00Z', 30, kyiv, '2026-03-02T07:30:00.000Z'],
    ['over the night', '2026-03-02T14:50:00Z', 30, kyiv, '2026-03-03T07:20:00.000Z'],
    ['exactly to its end', '2026-03-02T14:30:00Z', 30, kyiv, '2026-03-02T15:00:00.000Z'],
    ['over a weekend on which the clock is moved', '2026-03-27T14:50:00Z', 30, kyiv, '2026-03-30T06:20:00.000Z'],
    [
      'over a day without work',
      '2026-03-02T14:50:00Z',
      30,
      officeIn('Europe/Kyiv', ['2026-03-03']),
      '2026-03-04T07:20:00.000Z',
    ],
    ['nobody ever works', '2026-03-02T14:50:00Z', 30, { timeZone: 'Europe/Kyiv', week: {} }, null],
    [
      'a missing hour is not worked',
      '2026-03-29T00:30:00Z',
      60,
      { timeZone: 'Europe/Kyiv', week: { sun: [{ from: '02:30', to: '04:30' }], mon: nineToFive } },
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'an hour that comes twice is worked twice',
      '2026-10-25T00:00:00Z',
      120,
      { timeZone: 'Europe/Kyiv', week: { sun: [{ from: '03:00', to: '04:00' }] } },
      '2026-10-25T02:00:00.000Z',
    ],
    [
      'half an hour of Lord Howe comes twice',
      '2026-04-04T14:30:00Z',
      60,
      { timeZone: 'Australia/Lord_Howe', week: { sun: [{ from: '01:30', to: '02:00' }] } },
      '2026-04-04T15:30:00.000Z',
    ],
  ])('%s', (_, from, minutes, hours, due) => {
    expect(after(from, minutes, hours)).toBe(due);
  });

  test('around the clock is time as it passes, whatever is done to the clock', () => {
    fc.assert(
      fc.property(movedDays, fc.integer({ min: 0, max: 3 * 24 * 60 }), ({ timeZone, day }, minutes) => {
        expect(addBusinessTime(day, minutes * minuteMs, always(timeZone))).toBe(day + minutes * minuteMs);
      }),
    );
  });

  test('is what the wall clock shows, minute by minute', () => {
    fc.assert(
      fc.property(
        movedDays,
        someHours,
        fc.integer({ min: -1440, max: 1440 }),
        fc.integer({ min: 1, max: 600 }),
        (where, week, start, minutes) => {
          const hours: Hours = { timeZone: where.timeZone, week };
          const from = where.day + start * minuteMs;
          let counted = 0;
          let minute = from;
          // Four days of minutes: further than that the plain way is too slow.
          for (; counted < minutes && minute < from + 4 * 1440 * minuteMs; minute += minuteMs) {
            if (isOpen(minute, hours)) counted++;
          }
          const due = addBusinessTime(from, minutes * minuteMs, hours);
          if (counted === minutes) expect(due).toBe(minute);
          else expect(due === null || due > minute).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** Days around which the clock is moved, and one on which it is not. */
const movedDays = fc.constantFrom(
  { timeZone: 'Europe/Kyiv', day: at('2026-03-29T00:00:00Z') },
  { timeZone: 'Europe/Kyiv', day: at('2026-10-25T00:00:00Z') },
  { timeZone: 'America/New_York', day: at('2026-03-08T06:00:00Z') },
  { timeZone: 'America/New_York', day: at('2026-11-01T06:00:00Z') },
  { timeZone: 'Australia/Lord_Howe', day: at('2026-04-04T15:00:00Z') },
  { timeZone: 'Australia/Lord_Howe', day: at('2026-10-03T15:30:00Z') },
  { timeZone: 'Asia/Kathmandu', day: at('2026-06-01T00:00:00Z') },
);

const quarter = fc.integer({ min: 0, max: 95 });
const textOf = (quarters: number) =>
  `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
const span = fc
  .tuple(quarter, quarter)
  .map(([one, other]) => [{ from: textOf(Math.min(one, other)), to: textOf(Math.max(one, other) + 1) }]);
const someHours = fc.record({ fri: span, sat: span, sun: span, mon: span, tue: fc.constant<typeof nineToFive>([]) });
