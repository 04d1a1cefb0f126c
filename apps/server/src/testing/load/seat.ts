import { setTimeout as after } from 'node:timers/promises';
import { type LiveEvent, livePath, type Message } from '@switchboard/protocol';
import { type Client, createClient } from '@switchboard/sdk';
import { Centrifuge } from 'centrifuge';
import { applyEvent } from '../../../../panel/src/apply-event.ts';
import { emptyInbox, type InboxState, without } from '../../../../panel/src/inbox-state.ts';
import { mergeMessages } from '../../../../panel/src/messages/put-message.ts';
import { listOf } from '../../../../panel/src/sessions/session.ts';
import { type Cable, layCable } from '../cable.ts';
import { load } from '../panel-state.ts';
import { earshotOf } from './earshot.ts';
import { createEventLog, type EventLog, sessionOf } from './event-log.ts';
import { isDown } from './until-stored.ts';

/** An operator at work: a line, and the picture that a load and every event since have made. */
export interface Seat {
  id: number;
  leads: boolean;
  cable: Cable;
  call: Client['call'];
  inbox(): InboxState;
  /** How far each feed has been heard. */
  places: ReadonlyMap<string, number>;
  /** Connected, and the picture is one of now. */
  isReady(): boolean;
  /** Puts the words of a session beside it. */
  open(sessionId: string): Promise<void>;
  log: EventLog;
  /** What was heard and should not have been, or not so. */
  faults: string[];
  comebacks: number;
  reloads: number;
  leave(): Promise<void>;
}

interface Person {
  id: number;
  leads: boolean;
  token: string;
  feeds: ReadonlySet<string>;
}

/** Takes the seat: connects first and loads then, as the panel does. */
export async function takeSeat({ id, leads, token, feeds }: Person, serverUrl: () => string): Promise<Seat> {
  const cable = await layCable(serverUrl);
  const client = createClient({ baseUrl: cable.url, token: () => token });
  const centrifuge = new Centrifuge(cable.url.replace(/^http/, 'ws') + livePath, {
    data: { application: 'notifications', settings: { token } },
    minReconnectDelay: 10,
    maxReconnectDelay: 200,
  });
  const earshot = earshotOf(id, feeds);
  const places = new Map<string, number>();
  let inbox: InboxState = emptyInbox;
  let buffer: LiveEvent[] | null = [];
  let loads = 0;
  let left = false;
  const log = createEventLog();
  const opening = new Map<string, number>();
  const seat: Seat = {
    id,
    leads,
    cable,
    call: client.call,
    inbox: () => inbox,
    places,
    isReady: () => centrifuge.state === 'connected' && buffer === null,
    open,
    log,
    faults: [],
    comebacks: 0,
    reloads: 0,
    async leave() {
      left = true;
      centrifuge.disconnect();
      await cable[Symbol.asyncDispose]();
    },
  };

  async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (left || !isDown(error)) throw error;
        await after(50);
      }
    }
  }

  async function loadAnew(): Promise<void> {
    const turn = ++loads;
    buffer ??= [];
    const loaded = await untilAnswered(() => load(client, { openId: null }));
    if (turn !== loads) return;
    inbox = buffer.reduce((state, event) => changed(state, event), loaded);
    buffer = null;
  }

  /** What is no longer mine is not heard any more, so its words go. */
  function changed(state: InboxState, event: LiveEvent): InboxState {
    const next = applyEvent(state, id, event);
    const sessionId = sessionOf(event);
    const session = next.sessions[sessionId];
    if (!next.conversations[sessionId] || (session && listOf(session, id) === 'mine')) return next;
    return { ...next, conversations: without(next.conversations, sessionId) };
  }

  const wordsOf = async (sessionId: string): Promise<Message[]> =>
    (await client.call('messages', { params: { sessionId }, query: { limit: 1000 } })).items ?? [];

  const mineIn = ({ sessions }: InboxState): string[] =>
    Object.values(sessions).flatMap((session) => (listOf(session, id) === 'mine' ? [session.id] : []));

  async function open(sessionId: string): Promise<void> {
    if (!mineIn(inbox).includes(sessionId) || inbox.conversations[sessionId]?.phase === 'loading') return;
    const begun = { messages: [], phase: 'loading' as const, hasOlder: false, hasGap: false };
    const known = inbox.conversations[sessionId] ?? begun;
    inbox = { ...inbox, conversations: { ...inbox.conversations, [sessionId]: { ...known, phase: 'loading' } } };
    const turn = (opening.get(sessionId) ?? 0) + 1;
    opening.set(sessionId, turn);
    const items = await untilAnswered(() => wordsOf(sessionId)).catch(() => null);
    // Lost meanwhile, and perhaps got again: that is another conversation.
    const now = inbox.conversations[sessionId];
    if (now?.phase !== 'loading' || opening.get(sessionId) !== turn) return;
    const messages = items && mergeMessages(items, now.messages);
    const conversations = messages
      ? { ...inbox.conversations, [sessionId]: { ...begun, messages, phase: 'ready' as const } }
      : without(inbox.conversations, sessionId);
    inbox = { ...inbox, conversations };
  }

  centrifuge.on('publication', ({ channel, offset, data }) => {
    const event = data as LiveEvent;
    if (offset) {
      const before = places.get(channel) ?? 0;
      if (offset !== before + 1) seat.faults.push(`${channel}: ${offset} was heard after ${before}`);
      places.set(channel, offset);
    }
    log.add(channel, offset, event);
    const wrong = earshot.wrong(channel, event);
    if (wrong !== null) seat.faults.push(`operator ${id} heard ${wrong}`);
    if (buffer) buffer.push(event);
    else inbox = changed(inbox, event);
    const sessionId = sessionOf(event);
    if (inbox.conversations[sessionId]?.hasGap) void open(sessionId);
  });
  centrifuge.on('subscribed', ({ channel, streamPosition, wasRecovering, recovered }) => {
    if (!feeds.has(channel)) seat.faults.push(`operator ${id} follows ${channel}`);
    if (recovered) return;
    if (wasRecovering) {
      seat.reloads += 1;
      earshot.forget();
      void loadAnew().catch((error) => seat.faults.push(`load: ${error}`));
    }
    places.set(channel, streamPosition?.offset ?? 0);
  });
  centrifuge.on('connecting', () => (seat.comebacks += 1));
  centrifuge.on('disconnected', ({ code, reason }) => {
    if (!left) seat.faults.push(`operator ${id} was sent away: ${code} ${reason}`);
  });
  await new Promise<void>((resolve) => {
    centrifuge.once('connected', () => resolve());
    centrifuge.connect();
  });
  seat.comebacks = 0;
  await loadAnew();
  return seat;
}
