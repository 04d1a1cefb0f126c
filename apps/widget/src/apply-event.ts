import type { ClientEvents, ClientSession, LiveEvent, Message } from '@switchboard/protocol';
import { mergeMessages } from './messages.ts';

export type ClientEvent = LiveEvent<ClientEvents>;

/** What was said and with whom: the part of the state that the server owns. */
export interface Talk {
  session: ClientSession | null;
  messages: Message[];
}

export function applyEvent(talk: Talk, { event, data }: ClientEvent): Talk {
  switch (event) {
    case 'chatMessageCreated':
    case 'chatMessageEdited':
    case 'chatMessageDeleted':
      return { ...talk, messages: mergeMessages(talk.messages, [data]) };
    case 'chatMessageRead': {
      const { session } = talk;
      if (session?.id !== data.sessionId || session.operatorReadNumber >= data.number) return talk;
      return { ...talk, session: { ...session, operatorReadNumber: data.number } };
    }
    case 'chatSessionUpdated':
      return { ...talk, session: newerSession(talk.session, data) };
    default:
      return talk;
  }
}

/** Events may repeat or come late: the higher revision, or the session begun later, is the truth. */
export function newerSession(known: ClientSession | null, heard: ClientSession | null): ClientSession | null {
  if (!known || !heard) return heard ?? known;
  if (known.id !== heard.id) return known.startedAt > heard.startedAt ? known : heard;
  const operatorReadNumber = Math.max(known.operatorReadNumber, heard.operatorReadNumber);
  return { ...(known.revision > heard.revision ? known : heard), operatorReadNumber };
}

export function isOpen(session: ClientSession | null): session is ClientSession {
  return session !== null && session.status !== 'CLOSED';
}
