import type { Message } from '@switchboard/protocol';
import type { Unsent } from './outbox.ts';

export interface Row {
  key: string;
  kind: 'day' | 'break' | 'system' | 'message' | 'unsent';
  /** For the day mark. */
  at?: Date;
  message?: Message;
  unsent?: Unsent;
  own?: boolean;
  /** First and last of a run by one author. */
  first?: boolean;
  last?: boolean;
}

const runMs = 5 * 60_000;

/** What the list shows, from top to bottom. Own rows keep their key when they are sent. */
export function toRows(messages: readonly Message[], unsent: readonly Unsent[]): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  let day = '';
  const mark = (at: Date, key: string) => {
    if (at.toDateString() === day) return;
    day = at.toDateString();
    rows.push({ kind: 'day', key: `day ${key}`, at });
  };
  for (const message of messages) {
    const at = new Date(message.createdAt);
    const key = message.localId ?? message.id;
    if (before && before.sessionId !== message.sessionId) rows.push({ kind: 'break', key: `break ${key}` });
    mark(at, key);
    if (message.authorType === 'SYSTEM') rows.push({ kind: 'system', key, message });
    else rows.push({ kind: 'message', key, message, own: message.authorType === 'CLIENT' });
    before = message;
  }
  for (const one of unsent) {
    mark(new Date(one.at), one.localId);
    rows.push({ kind: 'unsent', key: one.localId, unsent: one, own: true });
  }
  rows.forEach((row, i) => {
    row.first = !sameRun(rows[i - 1], row);
    row.last = !sameRun(row, rows[i + 1]);
  });
  return rows;
}

function sameRun(one: Row | undefined, next: Row | undefined): boolean {
  if (!one || !next || author(one) === null || author(one) !== author(next)) return false;
  if (one.unsent?.refused || next.unsent?.refused) return false;
  return time(next) - time(one) < runMs;
}

function author({ message, kind, own }: Row): string | null {
  if (own) return 'own';
  return message && kind === 'message' ? `${message.authorType}${message.authorId}` : null;
}

function time({ message, unsent }: Row): number {
  return message ? Date.parse(message.createdAt) : (unsent?.at ?? 0);
}
