import type { Session } from '@switchboard/protocol';
import { useMemo } from 'react';
import { create } from 'zustand';
import { usePanel } from '../live/panel-store.ts';
import { usePreferences } from '../settings/preferences.ts';
import { type ListName, listOf } from './session.ts';
import { inOrder } from './session-order.ts';

/** Which list stands beside the conversation. */
export const useListName = create<{ list: ListName }>()(() => ({ list: 'mine' }));
export const showList = (list: ListName): void => useListName.setState({ list });

export interface Lists {
  rows: Readonly<Record<ListName, readonly Session[]>>;
  /** Of all there are, not of what is loaded; null where nobody has counted. */
  counts: Readonly<Record<ListName, number | null>>;
  /** Messages of clients that I have not read. */
  unread: number;
}

export function useLists(): Lists {
  const sessions = usePanel((panel) => panel.inbox.sessions);
  const me = usePanel((panel) => panel.inbox.me?.id ?? 0);
  const helpBeyond = usePanel((panel) => panel.helpBeyond);
  const closedBeyond = usePanel((panel) => panel.closedBeyond);
  return useMemo(() => {
    const rows: Record<ListName, Session[]> = { mine: [], help: [], closed: [] };
    for (const session of Object.values(sessions)) {
      const list = listOf(session, me);
      if (list) rows[list].push(session);
    }
    return {
      rows,
      counts: {
        mine: rows.mine.length,
        help: rows.help.length + helpBeyond,
        closed: closedBeyond === null ? null : rows.closed.length + closedBeyond,
      },
      unread: rows.mine.reduce((sum, session) => sum + session.unreadClientMessageCount, 0),
    };
  }, [sessions, me, helpBeyond, closedBeyond]);
}

/** The rows of the list that is shown, as they stand on screen. */
export function useShownRows(): readonly Session[] {
  const { rows } = useLists();
  const list = useListName((state) => state.list);
  const order = usePreferences((preferences) => preferences.order);
  const shown = rows[list];
  return useMemo(() => inOrder(shown, list === 'closed' ? 'newest' : order), [shown, list, order]);
}
