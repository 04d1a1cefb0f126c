import type { Message } from '@switchboard/protocol';
import type { Conversation } from '../inbox-state.ts';
import { changeInbox, inboxNow } from '../live/panel-store.ts';
import { api } from '../sign-in/api.ts';
import { mergeMessages } from './put-message.ts';

const page = 50;

export async function loadNewest(sessionId: string): Promise<Conversation> {
  const { items = [] } = await api.call('messages', {
    params: { sessionId },
    query: { limit: page, withoutCount: true },
  });
  return { messages: items, phase: 'ready', hasOlder: (items[0]?.number ?? 1) > 1, hasGap: false };
}

/** Loads a conversation; what comes live meanwhile is gathered and joined to it. */
export async function loadConversation(sessionId: string): Promise<void> {
  change(sessionId, (known) => ({ ...(known ?? empty), phase: known?.phase === 'ready' ? 'ready' : 'loading' }));
  try {
    const loaded = await loadNewest(sessionId);
    change(sessionId, (known) => join(loaded, known));
  } catch {
    change(sessionId, (known) => (known?.phase === 'loading' ? { ...known, phase: 'failed' } : known));
  }
}

const loadingOlder = new Set<string>();

/** The page before the oldest one. Answers false when it could not be loaded. */
export async function loadOlder(sessionId: string): Promise<boolean> {
  const conversation = inboxNow().conversations[sessionId];
  const before = conversation?.messages[0]?.id;
  if (!conversation?.hasOlder || before === undefined || loadingOlder.has(sessionId)) return true;
  loadingOlder.add(sessionId);
  try {
    const { items = [] } = await api.call('messages', {
      params: { sessionId },
      query: { limit: page, before, withoutCount: true },
    });
    change(sessionId, (known) => known && withOlder(known, items));
    return true;
  } catch {
    return false;
  } finally {
    loadingOlder.delete(sessionId);
  }
}

const empty: Conversation = { messages: [], phase: 'loading', hasOlder: false, hasGap: false };

function change(sessionId: string, next: (known: Conversation | undefined) => Conversation | undefined): void {
  changeInbox((inbox) => {
    const conversation = next(inbox.conversations[sessionId]);
    if (!conversation) return inbox;
    return { ...inbox, conversations: { ...inbox.conversations, [sessionId]: conversation } };
  });
}

/** What was loaded before it stays only where no hole is left between. */
export function join(loaded: Conversation, known: Conversation | undefined): Conversation {
  const from = loaded.messages[0]?.number ?? 1;
  const older = known?.messages.filter((message) => message.number < from) ?? [];
  const touches = (older.at(-1)?.number ?? -1) === from - 1;
  const newer = known?.messages.filter((message) => message.number >= from) ?? [];
  const messages = mergeMessages(touches ? [...older, ...loaded.messages] : loaded.messages, newer);
  return { ...loaded, messages, hasOlder: (messages[0]?.number ?? 1) > 1, hasGap: hasHole(messages) };
}

function withOlder(known: Conversation, items: readonly Message[]): Conversation {
  const messages = mergeMessages(items, known.messages);
  return { ...known, messages, hasOlder: items.length > 0 && (messages[0]?.number ?? 1) > 1 };
}

const hasHole = (messages: readonly Message[]): boolean =>
  messages.some((message, i) => i > 0 && message.number !== (messages[i - 1]?.number ?? 0) + 1);
