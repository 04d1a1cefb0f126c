import type { Session } from '@switchboard/protocol';
import { waitsSince } from './session.ts';

export const orders = ['urgency', 'newest', 'oldest'] as const;
export type Order = (typeof orders)[number];

/** A new, sorted array. Ties fall to the number, so that rows never change places by chance. */
export function inOrder(sessions: readonly Session[], order: Order): Session[] {
  const compare = comparators[order];
  return [...sessions].sort((a, b) => compare(a, b) || a.number - b.number);
}

const lastWord = (session: Session): string => session.lastMessageCreatedAt ?? session.startedAt;
const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const comparators: Record<Order, (a: Session, b: Session) => number> = {
  newest: (a, b) => ascending(lastWord(b), lastWord(a)),
  oldest: (a, b) => ascending(lastWord(a), lastWord(b)),
  // Who waits comes first: the nearest deadline, then the longest wait; then the rest, newest first.
  urgency: (a, b) => {
    const waitA = waitsSince(a);
    const waitB = waitsSince(b);
    if (waitA === null || waitB === null) {
      if (waitA !== waitB) return waitA === null ? 1 : -1;
      return ascending(lastWord(b), lastWord(a));
    }
    if (a.answerDueAt !== b.answerDueAt) {
      if (a.answerDueAt === null) return 1;
      if (b.answerDueAt === null) return -1;
      return ascending(a.answerDueAt, b.answerDueAt);
    }
    return ascending(waitA, waitB);
  },
};
