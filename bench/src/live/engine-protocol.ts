export type EngineCommand =
  | { do: 'listen' }
  /** Messages to all, on time. */
  | { do: 'steady'; perSecond: number; count: number }
  /** Messages to all as fast as they are heard, so many published in one turn; at most `window` deliveries on their way. */
  | { do: 'burst'; joined: number; seconds: number; window: number; unit: number }
  /** One message to one feed after the other, stored. */
  | { do: 'feeds'; seconds: number; window: number; unit: number }
  /** Stored for every feed, whoever is there. */
  | { do: 'miss'; feeds: number; each: number }
  /** Single messages to all, and how long each kept everything else waiting. */
  | { do: 'hold'; count: number }
  | { do: 'look'; collect: boolean };

export interface Ran {
  sent: number;
  /** Deliveries the rate is made of: heard by the load where it tells, else sent. */
  counted: number;
  seconds: number;
  /** Seconds of CPU, all threads. */
  cpu: number;
}
export interface Held {
  /** Milliseconds of the event loop's own CPU, and of the clock: the longest of each publication. */
  cpu: number[];
  clock: number[];
}
export interface Look {
  cpu: number;
  rssKb: number;
  connections: number;
  recovered: number;
  notRecovered: number;
}
export type EngineAnswer = { port: number } | Ran | Held | Look | null;

export const secret = 'the secret of a bench';
export const everybody = 'all';
export const feedOf = (number: number): string => `feed:${number}`;
