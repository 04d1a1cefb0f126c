/** Whose live connections end. */
export interface Whose {
  operatorId: number;
  signInId?: string;
}

export interface Close {
  code: number;
  reason: string;
  /** An event that these connections hear as their last; not stored. */
  lastWord?: string;
}

export interface Closing {
  whose: Whose;
  close: Close;
}

/**
 * What other processes on this database must do themselves is an event like any other, so that none of it is lost; no
 * connection follows this feed.
 */
export const processesFeed = 'processes';

/** The event's data; `from` has done it already. */
export interface ClosingEvent extends Closing {
  from: string;
}
