import type { Message, OperatorEvents, Session } from '@switchboard/protocol';
import type { HeardSince, InboxState } from '../inbox-state.ts';
import { withMessage, withRead } from './with-message.ts';

type Read = OperatorEvents['chatMessageRead'];

/** Messages come in my own feed, sessions mostly in another: after a lost connection one may be far ahead of the other. */
export const heardSince = (state: InboxState, session: Session): HeardSince =>
  state.since[session.id] ?? { revision: session.revision, messages: [], read: null };

/** A new message, into the session as we have it. */
export function hearMessage(state: InboxState, message: Message): InboxState {
  const session = state.sessions[message.sessionId];
  // With this number or a higher one it holds the message already.
  if (!session || message.number <= session.messageCount) return state;
  const since = heardSince(state, session);
  return put(state, withMessage(session, message), { ...since, messages: [...since.messages, message] });
}

/** The client has read: into the session as we have it. */
export function hearRead(state: InboxState, read: Read): InboxState {
  const session = state.sessions[read.sessionId];
  const next = session && withRead(session, read);
  if (!next || next === session) return state;
  return put(state, next, { ...heardSince(state, session), read });
}

/** A session as the server told it, with what we have heard of it and it does not hold yet. */
export function withHeard(told: Session, known: Session | undefined, since: HeardSince): [Session, HeardSince] {
  const messages = since.messages.filter(({ number }) => number > told.messageCount);
  const written = messages.reduce(withMessage, withLaterPresence(told, known));
  const session = since.read ? withRead(written, since.read) : written;
  return [session, { revision: told.revision, messages, read: session === written ? null : since.read }];
}

/** Whether its client is there raises no revision; its times tell old from new. */
function withLaterPresence(told: Session, known: Session | undefined): Session {
  if (!known || lastSeen(known) <= lastSeen(told)) return told;
  return { ...told, clientOnlineAt: known.clientOnlineAt, clientOfflineAt: known.clientOfflineAt };
}

function lastSeen({ clientOnlineAt, clientOfflineAt }: Session): string {
  const [came, went] = [clientOnlineAt ?? '', clientOfflineAt ?? ''];
  return came > went ? came : went;
}

const put = (state: InboxState, session: Session, since: HeardSince): InboxState => ({
  ...state,
  sessions: { ...state.sessions, [session.id]: session },
  since: { ...state.since, [session.id]: since },
});
