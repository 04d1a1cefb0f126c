import { useEffect } from 'react';
import { useLists } from '../sessions/use-lists.ts';

/** Unread messages in the title: seen from another tab. */
export function useTitleBadge(): void {
  const { unread } = useLists();
  useEffect(() => {
    document.title = unread > 0 ? `(${unread > 99 ? '99+' : unread}) Switchboard` : 'Switchboard';
  }, [unread]);
}
