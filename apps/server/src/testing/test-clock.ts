import type { Clock } from '../clock.ts';

/** A clock that stands until it is moved. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export function testClock(startAt: number = Date.parse('2026-03-02T09:00:00Z')): TestClock {
  let at = startAt;
  return {
    now: () => at,
    advance(milliseconds) {
      at += milliseconds;
    },
  };
}
