/** Chance that can be had again: the same seed, the same numbers (mulberry32). */
export interface Random {
  /** From 0 up to, and never, 1. */
  next(): number;
  exponential(mean: number): number;
}

export function seeded(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, exponential: (mean) => -Math.log(1 - next()) * mean };
}
