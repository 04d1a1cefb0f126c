import type { LiveEvent, OperatorEventName, OperatorEvents } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { applyEvent } from './apply-event.ts';
import { emptyInbox, type InboxState } from './inbox-state.ts';
import { openSession } from './sessions/put-session.ts';
import { listOf } from './sessions/session.ts';
import { at, exampleMessage, exampleSession, exampleUser, sessionId } from './testing/examples.ts';

const me = exampleUser.id;
const mine = { status: 'ACTIVE', operatorId: me } as const;
const event = <K extends OperatorEventName>(name: K, data: OperatorEvents[K]) =>
  ({ event: name, data, at: at(0) }) as LiveEvent;
const after = (state: InboxState, ...events: LiveEvent[]) => events.reduce((s, e) => applyEvent(s, me, e), state);
const holding = (...sessions: ReturnType<typeof exampleSession>[]): InboxState => ({
  ...emptyInbox,
  me: exampleUser,
  sessions: Object.fromEntries(sessions.map((session) => [session.id, session])),
});
const list = (state: InboxState, name: string) =>
  Object.values(state.sessions)
    .filter((session) => listOf(session, me) === name)
    .map((session) => session.number);

describe('after a lost connection my own feed may be ahead of that of sessions', () => {
  const before = exampleSession(1, { ...mine, revision: 4, messageCount: 1 });
  const message = exampleMessage(1, 2, { createdAt: at(5) });

  test('a session told late keeps the message that it does not hold yet', () => {
    const late = exampleSession(1, { ...mine, revision: 5, messageCount: 1, name: 'Renamed' });
    const state = after(holding(before), event('chatMessageCreated', message), event('chatSessionUpdated', late));
    expect(state.sessions[sessionId(1)]).toMatchObject({
      name: 'Renamed',
      revision: 6,
      messageCount: 2,
      unreadClientMessageCount: 1,
      lastMessage: { id: message.id },
    });
    const whole = exampleSession(1, { ...mine, revision: 6, messageCount: 2, unreadClientMessageCount: 0 });
    expect(after(state, event('chatSessionUpdated', whole)).sessions[sessionId(1)]).toEqual(whole);
  });

  test('and what is known later of its client', () => {
    const { clientId } = before;
    const online = event('clientOnline', { clientId, sessionId: sessionId(1), at: at(7) });
    const late = exampleSession(1, { ...mine, revision: 5, clientOnlineAt: at(1), clientOfflineAt: at(3) });
    const seen = (state: InboxState) => state.sessions[sessionId(1)];
    const state = after(holding(before), online, event('chatSessionUpdated', late));
    expect(seen(state)).toMatchObject({ revision: 5, clientOnlineAt: at(7), clientOfflineAt: null });
    const gone = exampleSession(1, { ...mine, revision: 6, clientOnlineAt: at(7), clientOfflineAt: at(9) });
    expect(seen(after(state, event('chatSessionUpdated', gone)))).toMatchObject({ clientOfflineAt: at(9) });
  });
});

describe('which list', () => {
  test('a session that falls into help is in Help, one with a bot in no list', () => {
    const state = after(
      emptyInbox,
      event('operatorNotFound', exampleSession(1)),
      event('chatSessionStarted', exampleSession(2, { status: 'BOT' })),
    );
    expect(list(state, 'help')).toEqual([1001]);
    expect(Object.keys(state.sessions)).toHaveLength(1);
  });

  test('taken by a colleague it leaves Help, and a late older version does not bring it back', () => {
    const waiting = exampleSession(1, { revision: 4 });
    const taken = exampleSession(1, { revision: 5, status: 'ACTIVE', operatorId: 102 });
    const state = after(holding(waiting), event('chatSessionUpdated', taken), event('chatSessionUpdated', waiting));
    expect(list(state, 'help')).toEqual([]);
  });

  test('handed to a group that is not mine it leaves Help, unless I lead', () => {
    const handedOn = event('chatSessionUpdated', exampleSession(1, { revision: 2, groupId: 7 }));
    const groups = [{ id: 7, name: 'Returns' }];
    const roles = [{ name: 'SUPERVISOR' as const, company_id: 1 }];
    const seenBy = (me: Partial<typeof exampleUser>) =>
      list(after({ ...holding(exampleSession(1)), me: { ...exampleUser, ...me } }, handedOn), 'help');
    expect(seenBy({ groups: [] })).toEqual([]);
    expect(seenBy({ groups })).toEqual([1001]);
    expect(seenBy({ groups: [], roles })).toEqual([1001]);
  });

  test('as second operator it is mine too', () => {
    const second = { id: me, name: 'x', type: 'SECOND', assigned_at: at(0) } as const;
    const state = after(
      emptyInbox,
      event('chatSessionUpdated', exampleSession(1, { ...mine, operatorId: 102, operators: [second] })),
    );
    expect(list(state, 'mine')).toEqual([1001]);
  });

  test('the colleague-owned session that is open stays, and goes when another one is opened', () => {
    const open = openSession(holding(exampleSession(1)), me, sessionId(1));
    const taken = after(
      open,
      event('chatSessionUpdated', exampleSession(1, { revision: 2, status: 'ACTIVE', operatorId: 102 })),
    );
    expect(taken.sessions[sessionId(1)]?.operatorId).toBe(102);
    expect(openSession(taken, me, null).sessions).toEqual({});
  });
});

describe('it leaves me', () => {
  const left = event('chatSessionDeleted', { sessionId: sessionId(1), reason: 'transfer' });

  test('and an older version that still calls it mine is not believed', () => {
    const session = exampleSession(1, { ...mine, revision: 3 });
    const state = after(holding(session), left, event('chatSessionUpdated', session));
    expect(list(state, 'mine')).toEqual([]);
  });

  test('but when it has already come back as help it stays there', () => {
    expect(list(after(holding(exampleSession(1)), left), 'help')).toEqual([1001]);
  });

  test('and may be given to me again', () => {
    const again = { ...exampleSession(1, { ...mine, revision: 9 }), reason: 'transfer' } as const;
    const state = after(holding(exampleSession(1, { ...mine, revision: 3 })), left, event('chatSessionAdded', again));
    expect(list(state, 'mine')).toEqual([1001]);
    expect(state.sessions[sessionId(1)]).not.toHaveProperty('reason');
  });

  test('closed by the client it is in Closed', () => {
    const closed = exampleSession(1, { ...mine, status: 'CLOSED', revision: 2 });
    const state = after(
      holding(exampleSession(1, mine)),
      event('sessionClosedByClient', { ...closed, sessionId: closed.id }),
      left,
    );
    expect(list(state, 'closed')).toEqual([1001]);
  });
});

describe('a message tells its session', () => {
  test("the client's: unread, last words, since when they wait; the wait starts with the first", () => {
    const state = after(
      holding(exampleSession(1, mine)),
      event('chatMessageCreated', exampleMessage(1, 1)),
      event('chatMessageCreated', exampleMessage(1, 2)),
    );
    expect(state.sessions[sessionId(1)]).toMatchObject({
      unreadClientMessageCount: 2,
      unreadClientMessageExists: true,
      lastClientMessageBody: 'Message 2',
      lastMessage: { body: 'Message 2', authorType: 'CLIENT' },
      firstClientMessageAfterLastOperatorMessage: exampleMessage(1, 1).createdAt,
      revision: 3,
    });
  });

  test("an operator's ends the wait and keeps the client's own last words", () => {
    const answer = exampleMessage(1, 2, { authorType: 'OPERATOR', authorId: me, body: 'Answer' });
    const state = after(
      holding(exampleSession(1, mine)),
      event('chatMessageCreated', exampleMessage(1, 1)),
      event('chatMessageCreated', answer),
    );
    expect(state.sessions[sessionId(1)]).toMatchObject({
      unreadClientMessageCount: 0,
      lastClientMessageBody: 'Message 1',
      lastMessage: { body: 'Answer' },
      lastOperatorMessage: answer.createdAt,
      firstClientMessageAfterLastOperatorMessage: null,
    });
  });

  test('only once', () => {
    const [one, two] = [exampleMessage(1, 1), exampleMessage(1, 2)];
    const events = [one, two, one, two].map((message) => event('chatMessageCreated', message));
    expect(after(holding(exampleSession(1, mine)), ...events).sessions[sessionId(1)]?.unreadClientMessageCount).toBe(2);
  });
});

describe('the open conversation', () => {
  const loaded = (...numbers: number[]): InboxState => ({
    ...holding(exampleSession(1, mine)),
    conversations: {
      [sessionId(1)]: {
        messages: numbers.map((n) => exampleMessage(1, n, { authorType: 'OPERATOR' })),
        phase: 'ready',
        hasOlder: false,
        hasGap: false,
      },
    },
  });
  const conversation = (state: InboxState) => state.conversations[sessionId(1)];

  test('a hole is noticed', () => {
    expect(conversation(after(loaded(1, 2), event('chatMessageCreated', exampleMessage(1, 3))))?.hasGap).toBe(false);
    expect(conversation(after(loaded(1, 2), event('chatMessageCreated', exampleMessage(1, 4))))?.hasGap).toBe(true);
  });

  test('an edited message keeps its place; the first version, repeated, does not undo it', () => {
    const first = exampleMessage(1, 2, { authorType: 'OPERATOR' });
    const edited = { ...first, body: 'Mended', editedAt: at(90_000), updatedAt: at(90_000) };
    const state = after(loaded(1, 2, 3), event('chatMessageEdited', edited), event('chatMessageCreated', first));
    expect(conversation(state)?.messages.map((message) => message.body)).toEqual(['Message 1', 'Mended', 'Message 3']);
  });

  test('read up to a number', () => {
    const state = after(
      loaded(1, 2, 3),
      event('chatMessageRead', { sessionId: sessionId(1), messageId: 'x', number: 2, readAt: at(7) }),
    );
    expect(conversation(state)?.messages.map((message) => message.readAt)).toEqual([at(7), at(7), null]);
  });

  test("the client's message ends the client's typing", () => {
    const typing = event('typing', { sessionId: sessionId(1), authorType: 'CLIENT', authorId: 'c' });
    expect(after(loaded(), typing).typing[sessionId(1)]).toBeDefined();
    expect(after(loaded(), typing, event('chatMessageCreated', exampleMessage(1, 1))).typing).toEqual({});
    expect(
      after(loaded(), event('typing', { sessionId: sessionId(1), authorType: 'OPERATOR', authorId: me })).typing,
    ).toEqual({});
  });
});

test('client online and offline, the later one wins', () => {
  const seen = (ms: number) => ({ clientId: 'c', sessionId: sessionId(1), at: at(ms) });
  const state = after(
    holding(exampleSession(1)),
    event('clientOnline', seen(5)),
    event('clientOffline', seen(9)),
    event('clientOnline', seen(5)),
  );
  expect(state.sessions[sessionId(1)]).toMatchObject({ clientOnlineAt: at(5), clientOfflineAt: at(9) });
});

test('my own presence, not that of others', () => {
  const status = { presence: 'paused', status: 0, activeSessions: 3 } as const;
  expect(after(holding(), event('operatorStatusChanged', { id: me, ...status })).me).toMatchObject(status);
  expect(after(holding(), event('operatorStatusChanged', { id: 102, ...status })).me?.presence).toBe('online');
});

test.each([
  [event('operatorBlocked', { reason: 'deleted' }), 'blocked'],
  [event('operatorLoggedOut', { reason: 'logout' }), 'loggedOut'],
  [event('chatUserExists', {}), 'elsewhere'],
])('sent away: %o', (sent, cause) => {
  expect(after(emptyInbox, sent).ended?.cause).toBe(cause);
});

test('an event of a newer server changes nothing', () => {
  const state = holding(exampleSession(1));
  expect(applyEvent(state, me, { event: 'somethingNew', data: {}, at: at(0) } as unknown as LiveEvent)).toBe(state);
});
