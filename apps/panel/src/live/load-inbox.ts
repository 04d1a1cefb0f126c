import type { Session } from '@switchboard/protocol';
import { emptyInbox, type InboxState } from '../inbox-state.ts';
import { loadNewest } from '../messages/load-messages.ts';
import { putSession } from '../sessions/put-session.ts';
import { api } from '../sign-in/api.ts';

const atOnce = 1000;
const mostHelp = 10_000;

export interface Snapshot {
  inbox: InboxState;
  helpBeyond: number;
}

/** The state as the server has it now, with the session that is on screen. */
export async function loadInbox(openId: string | null): Promise<Snapshot> {
  const helpQuery = loadHelp();
  const openQuery = openId === null ? null : loadOpen(openId);
  const me = await api.call('me');
  const mineQuery = api.call('sessions', { query: { status: 'ACTIVE,PAUSED', operatorId: me.id, limit: atOnce } });
  const [help, mine, open] = await Promise.all([helpQuery, mineQuery, openQuery]);

  let inbox: InboxState = { ...emptyInbox, me, openId };
  const sessions: Session[] = [...help.items, ...(mine.items ?? [])];
  if (open) sessions.push(open.session);
  for (const session of sessions) inbox = putSession(inbox, me.id, session);
  if (open && openId !== null) inbox = { ...inbox, conversations: { [openId]: open.conversation } };
  return { inbox, helpBeyond: Math.max(0, help.count - help.items.length) };
}

/** Oldest first, each page from where the last one ended: who leaves help meanwhile shifts nobody out of it. */
async function loadHelp(): Promise<{ items: Session[]; count: number }> {
  const found = new Map<string, Session>();
  let total = 0;
  let from: string | undefined;
  for (;;) {
    const query = { status: 'HELP', limit: atOnce, sort: 'startedAt', ...(from !== undefined && { from }) };
    const { items = [], count = 0 } = await api.call('sessions', { query });
    if (from === undefined) total = count;
    for (const session of items) found.set(session.id, session);
    const last = items.at(-1)?.startedAt;
    if (items.length < atOnce || last === from || found.size >= mostHelp) break;
    from = last;
  }
  return { items: [...found.values()], count: total };
}

async function loadOpen(sessionId: string) {
  try {
    const [session, conversation] = await Promise.all([
      api.call('session', { params: { sessionId } }),
      loadNewest(sessionId),
    ]);
    return { session, conversation };
  } catch {
    // Not there, or not for me: the conversation's own screen says so.
    return null;
  }
}
