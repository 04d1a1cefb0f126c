import type { Random } from './random.ts';

/** What an operator does, and when: as a share of the day. `away`: offline for that many seconds. */
export type Duty =
  | { at: number; does: 'come' | 'pause' | 'activate' | 'goHome' }
  | { at: number; does: 'away'; seconds: number };

export interface Pattern {
  name: string;
  about: string;
  /** Each with a channel whose clients it answers; 0: one channel, and everybody answers. */
  groups: number;
  operators: { groups: number[]; maxSessions: number }[];
  meanServiceSeconds: number;
  meanPatienceSeconds: number;
  /** How many come at this share of the day, as a multiple of the mean, and at most. */
  rate(share: number): number;
  mostRate: number;
  duties(operator: number, random: Random): Duty[];
  /** Erlang-A speaks of this: one queue, the same operators all day, arrivals by chance. */
  isErlangA: boolean;
}

export const sessionsOfDay = 20_000;
export const daySeconds = 24 * 3600;

const everybody = (count: number, maxSessions: number): Pattern['operators'] =>
  Array.from({ length: count }, () => ({ groups: [], maxSessions }));
const allDay = (): Duty[] => [{ at: 0, does: 'come' }];
const evenly = { rate: () => 1, mostRate: 1 };

const burstEvery = 1 / 12;
const burstLasts = burstEvery / 50;

export const patterns: readonly Pattern[] = [
  {
    name: 'steady',
    about: '8 operators with 3 places each; arrivals by chance, rather more than can be served',
    groups: 0,
    operators: everybody(8, 3),
    meanServiceSeconds: 115,
    meanPatienceSeconds: 90,
    ...evenly,
    duties: allDay,
    isErlangA: true,
  },
  {
    name: 'burst',
    about: 'every two hours one in two comes within 2.4 minutes; 10 operators with 4 places',
    groups: 0,
    operators: everybody(10, 4),
    meanServiceSeconds: 100,
    meanPatienceSeconds: 600,
    rate: (share) => (share % burstEvery < burstLasts ? 25.5 : 0.5),
    mostRate: 25.5,
    duties: allDay,
    isErlangA: false,
  },
  {
    name: 'returning',
    about: '24 operators with 3 places in three shifts; they pause, lose their network, come back and go home',
    groups: 0,
    operators: everybody(24, 3),
    meanServiceSeconds: 110,
    meanPatienceSeconds: 180,
    ...evenly,
    duties: threeShifts,
    isErlangA: false,
  },
  {
    name: 'impatient',
    about: '8 operators with 3 places, a third too few, for clients who wait 20 seconds',
    groups: 0,
    operators: everybody(8, 3),
    meanServiceSeconds: 135,
    meanPatienceSeconds: 20,
    ...evenly,
    duties: allDay,
    isErlangA: true,
  },
  {
    name: 'groups',
    about: 'two channels, each to its group: 4 operators in one, 3 in the other, 2 in both, with 3 places',
    groups: 2,
    operators: [[0], [0], [0], [0], [1], [1], [1], [0, 1], [0, 1]].map((groups) => ({ groups, maxSessions: 3 })),
    meanServiceSeconds: 110,
    meanPatienceSeconds: 180,
    ...evenly,
    duties: allDay,
    isErlangA: false,
  },
];

/** A third of the day each, with an overlap; a break in the middle; the network fails now and then. */
function threeShifts(operator: number, random: Random): Duty[] {
  const shift = operator % 3;
  const from = Math.max(0, shift / 3 - 0.03 * random.next());
  const to = (shift + 1) / 3 + 0.03 * random.next();
  const pauseAt = from + (to - from) * (0.3 + 0.4 * random.next());
  const duties: Duty[] = [
    { at: from, does: 'come' },
    { at: pauseAt, does: 'pause' },
    { at: pauseAt + 0.02, does: 'activate' },
  ];
  for (let failures = 0; failures < 4; failures++) {
    // Some shorter than the organization's patience with them, some longer.
    duties.push({ at: from + (to - from) * random.next(), does: 'away', seconds: random.exponential(120) });
  }
  // Of the last shift nobody goes before all are served.
  if (shift < 2) duties.push({ at: to, does: 'goHome' });
  return duties;
}
