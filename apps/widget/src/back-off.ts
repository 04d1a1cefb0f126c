/** Full jitter: anywhere between nothing and 0.5 s, 1 s, 2 s … 20 s. Milliseconds. */
export function backOff(attempt: number, chance: () => number = Math.random): number {
  return chance() * Math.min(20_000, 500 * 2 ** Math.min(attempt, 10));
}
