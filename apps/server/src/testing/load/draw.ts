import type { Random } from '../../simulation/random.ts';

/** One of them by weight. */
export function draw<K extends string>(random: Random, weights: Record<K, number>): K {
  const names = Object.keys(weights) as K[];
  let rest = random.next() * names.reduce((sum, name) => sum + weights[name], 0);
  for (const name of names) {
    rest -= weights[name];
    if (rest < 0) return name;
  }
  return names[0] as K;
}

export const oneOf = <T>(random: Random, all: readonly T[]): T | undefined =>
  all[Math.floor(random.next() * all.length)];
