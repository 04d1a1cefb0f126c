import type { Latencies } from '../percentiles.ts';

export interface Prepare {
  do: 'prepare';
  port: number;
  clients: number;
  operators: number;
  connections: number;
}
/** Without `rate`: each connection sends as soon as it was answered. With it: that many per second, come what may. */
export interface Run {
  do: 'run';
  warmSeconds: number;
  seconds: number;
  rate?: number;
}
export type Command = Prepare | Run;

/** Told when the measured time begins and ends, so that whoever watches the processes looks at the same time. */
export const begun = 'begun';
export const over = 'over';

export interface Measured {
  perSecond: number;
  seconds: number;
  /** In the measured time. */
  delivered: number;
  delivery: Latencies;
  acknowledgement: Latencies;
  /** Of all messages of this run, the warm-up's too. */
  acknowledged: number;
  refused: number;
  missing: number;
  doubled: number;
  firstRefusal: string;
}
/** Of `prepare`: first messages, each of which opened a session and had it routed. */
export interface Prepared {
  openedPerSecond: number;
}
export type Answer = Measured | Prepared;
