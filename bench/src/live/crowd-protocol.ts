import type { Latencies } from '../percentiles.ts';

// What a server's backlog holds; the rest of a crowd waits in the clients' own retries.
export const together = 250;

/** Somebody who connects: the connect request, and the feed whose position it comes back with. */
export interface Person {
  id: string;
  feed: string;
  connect: object;
}

export type CrowdCommand =
  /** New clients of the demo shop. */
  | { do: 'make'; port: number; count: number }
  /** These instead. */
  | { do: 'take'; people: Person[] }
  /** The first `count` of them connect, `together` at a time; who was here before recovers from where they were. */
  | { do: 'connect'; port: number; count: number; together: number }
  /** All connections are cut, as by a network that fails. */
  | { do: 'drop' };

export interface Connected {
  seconds: number;
  reply: Latencies;
  /** Connections that were told they have missed nothing, and that had a position to recover from. */
  recovered: number;
  /** Publications that came with the replies. */
  caughtUp: number;
  /** Gaps or repetitions in what came: none is right. */
  outOfOrder: number;
  /** Connections that closed before a reply came, and were tried again. */
  triedAgain: number;
  clientIds: string[];
}
export type CrowdAnswer = Connected | null;
