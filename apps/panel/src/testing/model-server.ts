import type { LiveEvent, Message, OperatorEvents, Session } from '@switchboard/protocol';
import { withMessage } from '../sessions/with-message.ts';
import { at, exampleMessage, exampleSession, sessionId } from './examples.ts';

type Feed = 'organization' | 'personal';
export interface Published {
  feed: Feed;
  event: LiveEvent;
}

/** What the server does, in the few rules that the panel relies on; every act answers with what it publishes. */
export class ModelServer {
  readonly sessions = new Map<string, Session>();
  readonly messages = new Map<string, Message[]>();
  readonly #me: number;
  /** The session that I have on screen: I hear what is said in it, whoever has it. */
  readonly #watched: string | null;
  #clock = 0;

  constructor(me: number, watched: string | null = null) {
    this.#me = me;
    this.#watched = watched;
  }

  start(n: number): Published[] {
    if (this.sessions.has(sessionId(n))) return [];
    const session = exampleSession(n, { startedAt: this.#now() });
    this.sessions.set(session.id, session);
    this.messages.set(session.id, []);
    return [this.#tell('organization', 'chatSessionStarted', session), ...this.clientWrites(n)];
  }

  clientWrites(n: number): Published[] {
    return this.#write(n, {});
  }

  operatorWrites(n: number): Published[] {
    const session = this.sessions.get(sessionId(n));
    if (session?.status !== 'ACTIVE') return [];
    return this.#write(n, { authorType: 'OPERATOR', authorId: session.operatorId });
  }

  assign(n: number, operatorId: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.status === 'CLOSED' || before.operatorId === operatorId) return [];
    const session = this.#change(before, {
      status: 'ACTIVE',
      operatorId,
      operatorType: 'OPERATOR',
      operatorName: 'x',
      operatorAssignedAt: this.#now(),
    });
    const told = [this.#tell('organization', 'chatSessionUpdated', session)];
    if (before.operatorId === this.#me) {
      told.push(this.#tell('personal', 'chatSessionDeleted', { sessionId: session.id, reason: 'transfer' }));
    }
    if (operatorId === this.#me)
      told.push(this.#tell('personal', 'chatSessionAdded', { ...session, reason: 'routing' }));
    return told;
  }

  backToHelp(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (before?.status !== 'ACTIVE') return [];
    const session = this.#change(before, { status: 'HELP', operatorId: null, operatorType: null, operatorName: null });
    const told = [this.#tell('organization', 'operatorNotFound', session)];
    if (before.operatorId === this.#me) {
      told.push(this.#tell('personal', 'chatSessionDeleted', { sessionId: session.id, reason: 'idle' }));
    }
    return told;
  }

  close(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.status === 'CLOSED') return [];
    const session = this.#change(before, { status: 'CLOSED', closedAt: this.#now(), closedBy: 'CLIENT' });
    const told = [this.#tell('organization', 'chatSessionUpdated', session)];
    if (before.operatorId !== this.#me) return told;
    return [
      ...told,
      this.#tell('personal', 'sessionClosedByClient', { ...session, sessionId: session.id }),
      this.#tell('personal', 'chatSessionDeleted', { sessionId: session.id, reason: 'closed' }),
    ];
  }

  /** As whatever changes a session and is told to all in scope. */
  rename(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.status === 'CLOSED') return [];
    return [this.#tell('organization', 'chatSessionUpdated', this.#change(before, { name: this.#now() }))];
  }

  clientComesOrGoes(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.status === 'CLOSED') return [];
    const moment = this.#now();
    const comes = before.clientOnlineAt === null || before.clientOfflineAt !== null;
    const presence = comes ? { clientOnlineAt: moment, clientOfflineAt: null } : { clientOfflineAt: moment };
    this.sessions.set(before.id, { ...before, ...presence });
    const data = { clientId: before.clientId, sessionId: before.id, at: moment };
    if (before.status !== 'HELP' && !this.#hears(before)) return [];
    const feed = before.status === 'HELP' ? 'organization' : 'personal';
    return [this.#tell(feed, comes ? 'clientOnline' : 'clientOffline', data)];
  }

  readByMe(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.operatorId !== this.#me || before.unreadClientMessageCount === 0) return [];
    const readAt = this.#now();
    const session = this.#change(before, {
      unreadClientMessageCount: 0,
      unreadClientMessageExists: false,
      operatorReadNumber: before.messageCount,
      lastMessage: this.#read(before, 'OPERATOR', readAt),
    });
    return [this.#tell('personal', 'chatSessionUpdated', session, readAt)];
  }

  readByClient(n: number): Published[] {
    const session = this.sessions.get(sessionId(n));
    const last = session?.lastMessage;
    if (!session || !last) return [];
    const readAt = this.#now();
    const lastMessage = this.#read(session, 'CLIENT', readAt);
    if (lastMessage !== last) this.#change(session, { lastMessage });
    const read = { sessionId: session.id, messageId: last.id, number: session.messageCount, readAt };
    const inLists = session.status === 'ACTIVE' ? [] : [this.#tell('organization', 'chatMessageRead', read)];
    return this.#hears(session) ? [...inLists, this.#tell('personal', 'chatMessageRead', read)] : inLists;
  }

  /** The other side's messages are read. Answers the last one as lists show it then. */
  #read({ id, lastMessage }: Session, reader: 'CLIENT' | 'OPERATOR', readAt: string): Session['lastMessage'] {
    const isNew = (message: Pick<Message, 'authorType' | 'readAt'>) =>
      message.readAt === null && (message.authorType === 'CLIENT') === (reader === 'OPERATOR');
    const messages = this.messages.get(id) ?? [];
    const read = messages.map((one) => (isNew(one) ? { ...one, readAt, deliveredAt: readAt } : one));
    this.messages.set(id, read);
    return lastMessage && isNew(lastMessage) ? { ...lastMessage, readAt } : lastMessage;
  }

  #write(n: number, more: Partial<Message>): Published[] {
    const session = this.sessions.get(sessionId(n));
    const messages = this.messages.get(sessionId(n));
    if (!session || !messages || session.status === 'CLOSED') return [];
    const now = this.#now();
    const message = exampleMessage(n, messages.length + 1, { createdAt: now, updatedAt: now, ...more });
    messages.push(message);
    const next = withMessage(session, message);
    this.sessions.set(session.id, next);
    const told = this.#hears(next) ? [this.#tell('personal', 'chatMessageCreated', message)] : [];
    return next.status === 'HELP' ? [...told, this.#tell('organization', 'chatSessionUpdated', next)] : told;
  }

  #hears({ id, status, operatorId }: Session): boolean {
    return id === this.#watched || (status === 'ACTIVE' && operatorId === this.#me);
  }

  #change(session: Session, more: Partial<Session>): Session {
    const next = { ...session, ...more, revision: session.revision + 1 };
    this.sessions.set(session.id, next);
    return next;
  }

  #tell<K extends keyof OperatorEvents>(
    feed: Feed,
    event: K,
    data: OperatorEvents[K],
    at: string = this.#now(),
  ): Published {
    return { feed, event: { event, data, at } as LiveEvent };
  }

  #now(): string {
    this.#clock += 1;
    return at(this.#clock);
  }
}
