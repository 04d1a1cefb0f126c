import type { LiveEvent } from '@switchboard/protocol';

/** What was heard of each session, in a line each: read only when something has gone wrong. */
export interface EventLog {
  add(feed: string, offset: number | undefined, event: LiveEvent): void;
  of(sessionId: string): readonly string[];
}

export function createEventLog(): EventLog {
  const heard = new Map<string, string[]>();
  return {
    add(feed, offset, event) {
      const { revision, status, number } = event.data as { revision?: number; status?: string; number?: number };
      const what = [event.event, status ?? (number && `#${number}`), revision && `revision ${revision}`];
      const line = [event.at, feed, offset, ...what].filter(Boolean).join(' ');
      const sessionId = sessionOf(event);
      const lines = heard.get(sessionId);
      if (lines) lines.push(line);
      else heard.set(sessionId, [line]);
    },
    of: (sessionId) => heard.get(sessionId) ?? [],
  };
}

export function sessionOf({ event, data }: LiveEvent): string {
  switch (event) {
    case 'chatSessionStarted':
    case 'chatSessionAdded':
    case 'operatorNotFound':
    case 'chatSessionSwitchedFromBotToOperator':
    case 'chatSessionUpdated':
      return data.id;
    default:
      return 'sessionId' in data ? data.sessionId : '';
  }
}
