import type { LiveEvent, Message, OperatorEvents, Session } from '@switchboard/protocol';
import { withMessage } from '../messages/put-message.ts';
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
  #clock = 0;

  constructor(me: number) {
    this.#me = me;
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

  readByMe(n: number): Published[] {
    const before = this.sessions.get(sessionId(n));
    if (!before || before.operatorId !== this.#me || before.unreadClientMessageCount === 0) return [];
    const session = this.#change(before, { unreadClientMessageCount: 0, unreadClientMessageExists: false });
    return [this.#tell('personal', 'chatSessionUpdated', session)];
  }

  readByClient(n: number): Published[] {
    const id = sessionId(n);
    const last = this.messages.get(id)?.at(-1);
    const session = this.sessions.get(id);
    if (!last || session?.operatorId !== this.#me) return [];
    const readAt = this.#now();
    const read = this.messages
      .get(id)
      ?.map((message) =>
        message.authorType === 'CLIENT' || message.readAt ? message : { ...message, readAt, deliveredAt: readAt },
      );
    this.messages.set(id, read ?? []);
    return [
      this.#tell('personal', 'chatMessageRead', { sessionId: id, messageId: last.id, number: last.number, readAt }),
    ];
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
    if (next.status === 'HELP') return [this.#tell('organization', 'chatSessionUpdated', next)];
    return next.operatorId === this.#me ? [this.#tell('personal', 'chatMessageCreated', message)] : [];
  }

  #change(session: Session, more: Partial<Session>): Session {
    const next = { ...session, ...more, revision: session.revision + 1 };
    this.sessions.set(session.id, next);
    return next;
  }

  #tell<K extends keyof OperatorEvents>(feed: Feed, event: K, data: OperatorEvents[K]): Published {
    return { feed, event: { event, data, at: this.#now() } as LiveEvent };
  }

  #now(): string {
    this.#clock += 1;
    return at(this.#clock);
  }
}
