import { type Duty, daySeconds, type Pattern, sessionsOfDay } from './patterns.ts';
import { type Random, seeded } from './random.ts';

/** All chance of a day, drawn before it begins: what happens cannot change what was drawn. Times in whole milliseconds. */
export interface Draws {
  /** As many sessions as asked, at the rate of 20 000 in 24 hours. */
  dayMs: number;
  /** From the beginning of the day, rising. */
  arrivals: number[];
  services: number[];
  patiences: number[];
  /** Of each client. */
  groups: number[];
  /** Of each operator. */
  duties: Duty[][];
}

export function drawDay(pattern: Pattern, { seed, sessions }: { seed: number; sessions: number }): Draws {
  // A stream for each, so that a longer day begins as a shorter one.
  const [ofArrivals, ofServices, ofPatiences, ofGroups, ofDuties] = Array.from({ length: 5 }, (_, stream) =>
    seeded(seed * 1_000_003 + stream * 7919),
  ) as [Random, Random, Random, Random, Random];
  const dayMs = Math.round((sessions / sessionsOfDay) * daySeconds * 1000);
  const each = (random: Random, meanSeconds: number) =>
    Array.from({ length: sessions }, () => Math.round(random.exponential(meanSeconds * 1000)));
  return {
    dayMs,
    arrivals: arrivalsOf(pattern, sessions, dayMs, ofArrivals),
    services: each(ofServices, pattern.meanServiceSeconds),
    patiences: each(ofPatiences, pattern.meanPatienceSeconds),
    groups: Array.from({ length: sessions }, () => Math.floor(ofGroups.next() * Math.max(1, pattern.groups))),
    duties: pattern.operators.map((_, index) => pattern.duties(index, ofDuties)),
  };
}

/** By thinning: they come at the highest rate, and only as many stay as the moment's rate allows. */
function arrivalsOf({ rate, mostRate }: Pattern, sessions: number, dayMs: number, random: Random): number[] {
  const arrivals: number[] = [];
  const meanGap = dayMs / sessions / mostRate;
  for (let at = 0; arrivals.length < sessions; ) {
    at += random.exponential(meanGap);
    if (random.next() * mostRate < rate(at / dayMs)) arrivals.push(Math.round(at));
  }
  return arrivals;
}
