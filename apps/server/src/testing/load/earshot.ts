import type { LiveEvent, Session } from '@switchboard/protocol';

/** What an operator hears, looked at as it comes: words of a session only while it is theirs, a session only in their scope. */
export interface Earshot {
  /** Why this must not have been heard; null: it may. */
  wrong(feed: string, event: LiveEvent): string | null;
  /** Something was missed: from now on only the feeds themselves are looked at. */
  forget(): void;
}

export function earshotOf(operatorId: number, feeds: ReadonlySet<string>): Earshot {
  const own = `operator:${operatorId}`;
  const theirs = new Set<string>();
  const seen = new Set<string>();
  let knowsAll = true;

  function wrongSession(feed: string, { id, groupId, operators }: Session): string | null {
    if (feed === own) {
      seen.add(id);
      return null;
    }
    const inScope = groupId === null || feeds.has(`group:${groupId}`) || operators.some((one) => one.id === operatorId);
    if (inScope) seen.add(id);
    // Who saw it hears of its leaving.
    return inScope || seen.has(id) || !knowsAll ? null : `session ${id} of group ${groupId} in ${feed}`;
  }

  return {
    wrong(feed, event) {
      switch (event.event) {
        case 'chatSessionAdded':
          if (feed !== own) return `chatSessionAdded in ${feed}`;
          theirs.add(event.data.id);
          return wrongSession(feed, event.data);
        case 'chatSessionDeleted':
          if (!theirs.delete(event.data.sessionId) && knowsAll)
            return `lost ${event.data.sessionId}, which they never got`;
          return null;
        case 'chatMessageCreated':
        case 'chatMessageEdited':
        case 'chatMessageDeleted':
          return feed === own && (theirs.has(event.data.sessionId) || !knowsAll)
            ? null
            : `${event.event} ${event.data.number} of session ${event.data.sessionId} in ${feed}`;
        case 'chatSessionStarted':
        case 'chatSessionUpdated':
        case 'operatorNotFound':
        case 'chatSessionSwitchedFromBotToOperator':
        case 'sessionClosedByClient':
          return wrongSession(feed, event.data);
        default:
          return null;
      }
    },
    forget() {
      knowsAll = false;
    },
  };
}
