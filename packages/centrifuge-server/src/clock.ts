/** Time as the server sees it; injected so that tests need not sleep. */
export interface Clock {
  /** Wall time in milliseconds since 1970, for expiry. */
  now(): number;
  /** Milliseconds that never jump, for pings and time-outs. */
  monotonic(): number;
  /** Calls back every `milliseconds` until the returned function is called. Must not keep the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  every(milliseconds, callback) {
    const timer = setInterval(callback, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
