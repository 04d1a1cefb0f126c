import type { StreamPosition } from './history.ts';

const KEPT_MILLISECONDS = 300_000;
const MOST = 100_000;

/** The answers of publications with an idempotency key, in the order they came. */
export type Remembered = Map<string, { at: number; answer: Promise<StreamPosition | null> }>;

/** Publishes once for a key: the second call gets the first one's answer. What failed may be tried again. */
export function publishOnce(
  remembered: Remembered,
  key: string,
  now: number,
  publish: () => Promise<StreamPosition | null>,
): Promise<StreamPosition | null> {
  for (const [old, { at }] of remembered) {
    if (now - at < KEPT_MILLISECONDS && remembered.size < MOST) break;
    remembered.delete(old);
  }
  const known = remembered.get(key);
  if (known !== undefined) return known.answer;
  const answer = publish();
  remembered.set(key, { at: now, answer });
  answer.catch(() => remembered.delete(key));
  return answer;
}
