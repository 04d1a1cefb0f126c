import type { LiveEvent } from '@switchboard/protocol';
import type { Ended, InboxState } from './inbox-state.ts';
import { addMessage, replaceMessage } from './messages/put-message.ts';
import { readByClient, readByOperator } from './messages/read-messages.ts';
import { clientCame, clientWent } from './sessions/client-presence.ts';
import { leaveSession, putSession } from './sessions/put-session.ts';

/**
 * Event → change. Pure; afterwards the state is what a load would bring now (live = reload, always).
 * Repeats and late arrivals change nothing.
 */
export function applyEvent(state: InboxState, me: number, event: LiveEvent): InboxState {
  switch (event.event) {
    case 'chatSessionStarted':
    case 'operatorNotFound':
    case 'chatSessionSwitchedFromBotToOperator':
      return putSession(state, me, event.data);
    case 'chatSessionUpdated':
      return readByOperator(putSession(state, me, event.data), event.data, event.at);
    case 'chatSessionAdded': {
      const { reason: _, by: _by, note: _note, ...session } = event.data;
      return putSession(state, me, session);
    }
    case 'sessionClosedByClient': {
      const { sessionId: _, ...session } = event.data;
      return putSession(state, me, session);
    }
    case 'chatSessionDeleted':
      return leaveSession(state, me, event.data.sessionId, event.at);

    case 'chatMessageCreated':
      return addMessage(state, event.data);
    case 'chatMessageEdited':
    case 'chatMessageDeleted':
      return replaceMessage(state, event.data);
    case 'chatMessageRead':
      return readByClient(state, event.data);
    case 'typing': {
      const { sessionId, authorType, authorId } = event.data;
      if (authorId === me) return state;
      return { ...state, typing: { ...state.typing, [sessionId]: { authorType, authorId, at: event.at } } };
    }

    case 'clientOnline':
      return clientCame(state, event.data);
    case 'clientOffline':
      return clientWent(state, event.data);
    case 'operatorStatusChanged': {
      const { id, presence, status, activeSessions } = event.data;
      return state.me?.id === id ? { ...state, me: { ...state.me, presence, status, activeSessions } } : state;
    }

    case 'operatorBlocked':
      return ended(state, 'blocked', event.data.reason);
    case 'operatorLoggedOut':
      return ended(state, 'loggedOut', event.data.reason);
    case 'chatUserExists':
      return ended(state, 'elsewhere', '');
    default:
      // An event of a newer server.
      return state;
  }
}

const ended = (state: InboxState, cause: Ended['cause'], reason: string): InboxState => ({
  ...state,
  ended: { cause, reason },
});
