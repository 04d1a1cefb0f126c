import type { Actor } from '../actor.ts';
import type { Close, Whose } from '../events/closing.ts';

// A handshake is over, one way or the other, after half of that.
const keptMs = 30_000;

export const isOf = (actor: Actor, { operatorId, signInId }: Whose): boolean =>
  actor.kind === 'operator' &&
  actor.operatorId === operatorId &&
  (signInId === undefined || actor.signInId === signInId);

/**
 * Closings that a connection in the middle of its handshake would miss: its token was good when it was looked at, and it
 * is not among the connections yet when those are closed.
 */
export function createClosures() {
  let count = 0;
  let recent: { number: number; at: number; whose: Whose; close: Close }[] = [];
  const begunAt = new WeakMap<Actor, number>();
  return {
    count: () => count,
    /** `begun`: the count from before the token was looked at. */
    begins: (actor: Actor, begun: number) => void begunAt.set(actor, begun),
    add(whose: Whose, close: Close): void {
      const now = performance.now();
      recent = recent.filter(({ at }) => now - at < keptMs);
      recent.push({ number: ++count, at: now, whose, close });
    },
    since(actor: Actor): Close | undefined {
      const begun = begunAt.get(actor) ?? 0;
      return recent.find(({ number, whose }) => number > begun && isOf(actor, whose))?.close;
    },
  };
}
