import { describe, expect, test } from 'vitest';
import { makeTestDatabase } from '../testing/test-database.ts';
import { figuresOf } from './figures.ts';
import { patterns } from './patterns.ts';
import { type Day, simulate } from './simulate.ts';

const onPostgres = process.env.SWITCHBOARD_TEST_DATABASE !== undefined;
const sessions = onPostgres ? 120 : 300;
// Each is some hundred commits and looks.
const manyMs = 120_000;

/** PostgreSQL where the suite runs on it; else SQLite in memory, where hundreds of commits wait for no disk. */
const place = async () => (onPostgres ? makeTestDatabase() : undefined);

/** Who answered whom and when: all that chance could change. */
const story = ({ visits }: Day) =>
  visits.map((visit) => [visit.client, visit.firstAnsweredAt, visit.closedAt, visit.hands]);

describe.each(patterns.map((pattern) => [pattern.name, pattern] as const))('a short day: %s', (_, pattern) => {
  test(
    'nobody is above capacity, starved or overtaken, and the checker is silent',
    async () => {
      const day = await simulate(pattern, { seed: 1, sessions, looks: 30, place: await place() });
      expect([...day.violations]).toEqual([]);
      expect([...day.starved]).toEqual([]);
      const figures = figuresOf(day);
      expect(figures).toMatchObject({ sessions, overCapacity: 0, overtaken: 0 });
      expect(day.visits.filter(({ closedAt }) => closedAt === null)).toEqual([]);
      // Somebody waited, or the day says nothing; the shorter one may be over before all places are taken.
      if (!onPostgres) expect(figures.longestWaitSeconds).toBeGreaterThan(0);
      if (!figures.ideal) return;
      expect(figures.meanWaitSeconds).toBeCloseTo(figures.ideal.meanWaitSeconds, 6);
      expect(figures.abandonedShare).toBe(figures.ideal.abandonedShare);
    },
    manyMs,
  );
});

test(
  'the same seed is the same day, another is another',
  async () => {
    const [returning] = patterns.filter(({ name }) => name === 'returning');
    if (!returning) throw new Error('the pattern is gone');
    const day = async (seed: number) =>
      story(await simulate(returning, { seed, sessions: onPostgres ? 40 : 120, place: await place() }));
    const first = await day(1);
    expect(await day(1)).toEqual(first);
    expect(await day(2)).not.toEqual(first);
  },
  manyMs,
);
