import type { LiveEvent, Message } from '@switchboard/protocol';
import { ApiError, type Client } from '@switchboard/sdk';
import { applyEvent } from '../../../panel/src/apply-event.ts';
import { type Conversation, emptyInbox, type InboxState } from '../../../panel/src/inbox-state.ts';
import { putSession } from '../../../panel/src/sessions/put-session.ts';
import { isFence } from './fence.ts';
import type { Heard } from './listen.ts';

interface Shown {
  /** The session on screen. */
  openId: string | null;
  /** Those whose messages the panel has beside it. */
  conversations?: string[];
}

/** As the panel loads it: what waits in help, what is mine, the session on screen, and the words of those it has open. */
export async function load(caller: Client, shown: Shown): Promise<InboxState> {
  try {
    return await loadInbox(caller, shown);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    return { ...emptyInbox, ended: { cause: 'loggedOut', reason: error.message } };
  }
}

/** The same things again as that state holds. */
export const reload = (caller: Client, { openId, conversations }: InboxState): Promise<InboxState> =>
  load(caller, { openId, conversations: Object.keys(conversations) });

async function loadInbox(caller: Client, { openId, conversations = [] }: Shown): Promise<InboxState> {
  const me = await caller.call('me');
  const [help, mine] = await Promise.all([
    caller.call('sessions', { query: { status: 'HELP', limit: 1000 } }),
    caller.call('sessions', { query: { status: 'ACTIVE,PAUSED', operatorId: me.id, limit: 1000 } }),
  ]);
  let inbox: InboxState = { ...emptyInbox, me, openId };
  for (const session of [...(help.items ?? []), ...(mine.items ?? [])]) inbox = putSession(inbox, me.id, session);
  if (openId !== null) {
    inbox = putSession(inbox, me.id, await caller.call('session', { params: { sessionId: openId } }));
  }
  const ids = new Set([...conversations, ...(openId === null ? [] : [openId])]);
  const loaded = await Promise.all([...ids].map(async (id) => [id, await loadConversation(caller, id)] as const));
  return { ...inbox, conversations: Object.fromEntries(loaded) };
}

async function loadConversation(caller: Client, sessionId: string): Promise<Conversation> {
  const { items = [] } = await caller.call('messages', { params: { sessionId }, query: { limit: 1000 } });
  return { messages: items, phase: 'ready', hasOlder: false, hasGap: false };
}

/** The state after these events, as the panel has it. */
export const after = (state: InboxState, heard: Heard[]): InboxState =>
  heard
    .filter((one) => !isFence(one))
    .reduce((inbox, event) => applyEvent(inbox, state.me?.id ?? 0, event as unknown as LiveEvent), state);

interface Picture {
  me: object | null;
  sessions: object[];
  conversations: Record<string, { messages: readonly Message[]; hasGap: boolean }>;
}

/**
 * What a screen shows of it. Closed sessions leave the lists; only the one on screen stays, whatever became of it.
 * Who types is a signal, of which no load knows. Who is sent away sees nothing.
 */
export function picture({ me, sessions, openId, conversations, ended }: InboxState): Picture | 'sent away' {
  if (ended) return 'sent away';
  const shown = Object.values(sessions)
    .filter(({ id, status }) => status !== 'CLOSED' || id === openId)
    // Whether its client is there is told of an open session only.
    .map((one) => (one.status === 'CLOSED' ? { ...one, clientOnlineAt: null, clientOfflineAt: null } : one));
  return {
    me: me && { presence: me.presence, status: me.status, activeSessions: me.activeSessions },
    sessions: shown.sort((one, other) => one.number - other.number),
    conversations: Object.fromEntries(
      Object.entries(conversations).map(([id, { messages, hasGap }]) => [id, { messages, hasGap }]),
    ),
  };
}
