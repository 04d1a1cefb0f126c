/** Times in one unit of the caller's choice. */
export interface Queue {
  /** Per unit of time. */
  arrivalRate: number;
  meanService: number;
  /** Infinity: nobody leaves before they are served (Erlang-C). */
  meanPatience: number;
  places: number;
}

export interface Prediction {
  /** Of all, served or not. */
  meanWait: number;
  abandoned: number;
  delayed: number;
  /** Places in use. */
  busy: number;
}

const negligible = 1e-15;

/**
 * M/M/n+M, which is Erlang-A: arrivals by chance, exponential service and patience, first come first served. The number in
 * the system is a birth-death chain, so its distribution follows from one state to the next.
 */
export function erlangA({ arrivalRate, meanService, meanPatience, places }: Queue): Prediction {
  if (meanPatience === Number.POSITIVE_INFINITY && arrivalRate * meanService >= places) {
    return { meanWait: Number.POSITIVE_INFINITY, abandoned: 0, delayed: 1, busy: places };
  }
  const leaving = (count: number) => Math.min(count, places) / meanService + Math.max(0, count - places) / meanPatience;
  let state = 1;
  let [total, waiting, busy, delayed] = [1, 0, 0, places === 0 ? 1 : 0];
  for (let count = 1; ; count++) {
    state *= arrivalRate / leaving(count);
    total += state;
    waiting += state * Math.max(0, count - places);
    busy += state * Math.min(count, places);
    if (count >= places) delayed += state;
    if (arrivalRate < leaving(count) && state < total * negligible) break;
    // The first state was called 1: what came since may outgrow a number.
    if (total > 1e200)
      [state, total, waiting, busy, delayed] = [state, total, waiting, busy, delayed].map((x) => x / total) as Five;
  }
  const meanWait = waiting / total / arrivalRate;
  return { meanWait, abandoned: meanWait / meanPatience, delayed: delayed / total, busy: busy / total };
}

type Five = [number, number, number, number, number];
