import type { Hours } from '@switchboard/protocol';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekdays = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;
// Local time is at most this far from UTC, either way.
const farthestMs = 15 * 60 * minuteMs;
// Somebody who works an hour a week has the longest timer behind them by then; later than that is never.
const daysLooked = 6000;

/** Whether the clock on the wall there shows working time. No hours: always open. */
export function isOpen(at: number, hours: Hours | null): boolean {
  if (hours === null) return true;
  const wall = at + offsetAt(hours.timeZone, at);
  const day = Math.floor(wall / dayMs);
  return spansOf(hours, day).some(([from, to]) => wall - day * dayMs >= from && wall - day * dayMs < to);
}

/** When so many milliseconds of working time have passed since `from`; null: never. */
export function addBusinessTime(from: number, milliseconds: number, hours: Hours | null): number | null {
  if (hours === null) return from + milliseconds;
  let left = milliseconds;
  const first = Math.floor((from + offsetAt(hours.timeZone, from)) / dayMs) - 1;
  for (let day = first; day < first + daysLooked; day++) {
    for (const [start, end] of openOn(hours, day)) {
      const begin = Math.max(start, from);
      if (begin >= end) continue;
      if (begin + left <= end) return begin + left;
      left -= end - begin;
    }
  }
  return null;
}

type Span = [from: number, to: number];

/** Spans of the wall clock, in milliseconds since its midnight. `day` counts local days since 1970. */
function spansOf({ week, closed = [] }: Hours, day: number): Span[] {
  const spans = week[weekdays[((day % 7) + 7) % 7] ?? 'mon'] ?? [];
  if (spans.length === 0 || closed.includes(new Date(day * dayMs).toISOString().slice(0, 10))) return [];
  return spans.map(({ from, to }): Span => [timeOfDay(from), timeOfDay(to)]).sort(([one], [other]) => one - other);
}

const timeOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * minuteMs;

/**
 * The same spans as moments. On a day when the wall clock is moved an hour may be missing, or come twice: each span is cut at
 * that moment and read by the offset on either side of it.
 */
function openOn(hours: Hours, day: number): Span[] {
  const spans = spansOf(hours, day);
  if (spans.length === 0) return [];
  const midnight = day * dayMs;
  const [earliest, latest] = [midnight - farthestMs, midnight + dayMs + farthestMs];
  const offset = offsetAt(hours.timeZone, earliest);
  const laterOffset = offsetAt(hours.timeZone, latest);
  if (offset === laterOffset) return spans.map(([from, to]) => [midnight + from - offset, midnight + to - offset]);
  const moved = changeBetween(hours.timeZone, earliest, latest);
  const before = spans.map(([from, to]): Span => [midnight + from - offset, Math.min(midnight + to - offset, moved)]);
  const after = spans.map(
    ([from, to]): Span => [Math.max(midnight + from - laterOffset, moved), midnight + to - laterOffset],
  );
  return [...before, ...after].filter(([from, to]) => from < to);
}

/** The first moment with the offset of `high`; there is one change between the two. */
function changeBetween(timeZone: string, low: number, high: number): number {
  const offset = offsetAt(timeZone, low);
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the wall clock is ahead of UTC, in milliseconds. */
function offsetAt(timeZone: string, at: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(at / 1000) * 1000;
}
