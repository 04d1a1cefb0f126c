import type { Presence } from '@switchboard/protocol';
import { usePanel } from '../live/panel-store.ts';

/** What clients get from me: without a live connection nothing reaches me, whatever I have switched on. */
export function useShownPresence(): Presence | null {
  return usePanel(({ inbox, live }) => {
    if (!inbox.me) return null;
    if (live.name !== 'connected') return 'offline';
    return inbox.me.presence;
  });
}

export const presenceColors: Record<Presence, string> = {
  online: 'bg-online',
  paused: 'bg-paused',
  offline: 'bg-offline',
};
