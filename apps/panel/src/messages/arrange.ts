import type { Message } from '@switchboard/protocol';
import { sameDay } from '../parts/format.ts';

export type Item =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string }
  /** Quiet lines, folded together. */
  | { kind: 'system'; key: string; messages: readonly Message[] }
  /** One author, one after the other within some minutes. */
  | { kind: 'group'; key: string; messages: readonly Message[] };

const togetherMs = 5 * 60_000;

/** Messages in the order of their numbers → what stands on screen. `newFrom`: the first number not seen before. */
export function arrange(messages: readonly Message[], newFrom: number | null): Item[] {
  const items: Item[] = [];
  let run: Message[] = [];
  const endRun = (): void => {
    const first = run[0];
    if (first) items.push({ kind: isQuiet(first) ? 'system' : 'group', key: first.id, messages: run });
    run = [];
  };
  let before: Message | undefined;
  for (const message of messages) {
    const isNewDay = !before || !sameDay(before.createdAt, message.createdAt);
    const isFirstNew = message.number === newFrom;
    if (isNewDay || isFirstNew || (before && !belongTogether(before, message))) endRun();
    if (isNewDay) items.push({ kind: 'day', key: `day ${message.id}`, at: message.createdAt });
    if (isFirstNew) items.push({ kind: 'new', key: `new ${message.id}` });
    run.push(message);
    before = message;
  }
  endRun();
  return items;
}

/** Number of the first of the client's last `unread` messages; null when all has been read. */
export function firstUnread(messages: readonly Message[], unread: number): number | null {
  if (unread <= 0) return null;
  return messages.filter((message) => message.authorType === 'CLIENT').at(-unread)?.number ?? null;
}

const isQuiet = (message: Message): boolean => message.authorType === 'SYSTEM' || message.type === 'EVENT';

function belongTogether(a: Message, b: Message): boolean {
  if (isQuiet(a) || isQuiet(b)) return isQuiet(a) && isQuiet(b);
  if (a.authorType !== b.authorType || a.authorId !== b.authorId || a.type !== b.type) return false;
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) < togetherMs;
}
