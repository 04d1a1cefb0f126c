import { erlangA, type Prediction } from './erlang.ts';
import type { Day } from './simulate.ts';

export interface Figures {
  sessions: number;
  meanWaitSeconds: number;
  p95WaitSeconds: number;
  longestWaitSeconds: number;
  abandonedShare: number;
  /** Those whose operator went and who had to wait once more: how many, and how long then. */
  waitedAgain: number;
  meanWaitAgainSeconds: number;
  /** Sessions an operator served in an hour in which they accepted: the most by the least, and Jain's index (1: all equal). */
  mostByLeast: number;
  jain: number;
  overCapacity: number;
  starved: number;
  overtaken: number;
  violations: number;
  seconds: number;
  predicted: Prediction | null;
  /** What one queue for all places would have done with the very same draws. */
  ideal: { meanWaitSeconds: number; abandonedShare: number } | null;
}

// Until the places are as full as they will be.
const warmUpShare = 0.05;

export function figuresOf(day: Day): Figures {
  const { pattern, draws, abandoned } = day;
  const counted = draws.arrivals.map((_, client) => client >= draws.arrivals.length * warmUpShare);
  const visits = day.visits.filter(({ client }) => counted[client]);
  const waits = visits
    .map((visit) => ((visit.firstAnsweredAt ?? visit.closedAt ?? visit.arrivedAt) - visit.arrivedAt) / 1000)
    .sort((one, other) => one - other);
  const perHour = day.desks.flatMap(({ served, acceptedMs }) =>
    acceptedMs > 0 ? [served / (acceptedMs / 3600_000)] : [],
  );
  const again = visits.map(({ waitedAgainMs }) => waitedAgainMs).filter((ms) => ms > 0);
  return {
    sessions: day.visits.length,
    meanWaitSeconds: mean(waits),
    p95WaitSeconds: waits[Math.floor(waits.length * 0.95)] ?? Number.NaN,
    longestWaitSeconds: waits.at(-1) ?? Number.NaN,
    abandonedShare: visits.filter((visit) => abandoned.has(visit)).length / visits.length,
    waitedAgain: again.length,
    meanWaitAgainSeconds: again.length > 0 ? mean(again) / 1000 : 0,
    mostByLeast: Math.max(...perHour) / Math.min(...perHour),
    jain: jainOf(perHour),
    overCapacity: day.overCapacity,
    starved: day.starved.size,
    overtaken: day.overtaken,
    violations: day.violations.size,
    seconds: day.seconds,
    predicted: pattern.isErlangA ? predictionOf(day, counted) : null,
    ideal: pattern.isErlangA ? idealOf(day, counted) : null,
  };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: number[]): number => sum(values) / values.length;
const jainOf = (values: number[]): number =>
  sum(values) ** 2 / (values.length * sum(values.map((value) => value ** 2)));
const placesOf = ({ pattern }: Day): number => sum(pattern.operators.map(({ maxSessions }) => maxSessions));

/** For the means that were drawn, not those that were asked for: chance alone moves these by a percent, and waits by ten. */
function predictionOf(day: Day, counted: boolean[]): Prediction {
  const { arrivals, services, patiences } = day.draws;
  const of = (values: number[]) => values.filter((_, client) => counted[client]);
  const [first = 0, last = 0] = [of(arrivals)[0], arrivals.at(-1)];
  return erlangA({
    arrivalRate: (of(arrivals).length - 1) / (last - first),
    meanService: mean(of(services)),
    meanPatience: mean(of(patiences)),
    places: placesOf(day),
  });
}

/** First come, first served, at whichever place is free first: known from one client to the next, without a server. */
function idealOf(day: Day, counted: boolean[]): Figures['ideal'] {
  const { arrivals, services, patiences } = day.draws;
  const freeAt = new Array<number>(placesOf(day)).fill(0);
  const waits: number[] = [];
  let left = 0;
  for (const [client, at] of arrivals.entries()) {
    const place = freeAt.indexOf(Math.min(...freeAt));
    const wait = Math.max(0, (freeAt[place] ?? 0) - at);
    const patience = patiences[client] ?? 0;
    if (wait < patience || wait === 0) freeAt[place] = at + wait + (services[client] ?? 0);
    if (!counted[client]) continue;
    waits.push(Math.min(wait, patience) / 1000);
    if (wait >= patience && wait > 0) left++;
  }
  return { meanWaitSeconds: mean(waits), abandonedShare: left / waits.length };
}
