import type { LiveState } from '@switchboard/sdk';
import { create } from 'zustand';
import { emptyInbox, type InboxState } from '../inbox-state.ts';

export interface Panel {
  inbox: InboxState;
  /** Of the first load; later ones happen behind what is on screen. */
  phase: 'loading' | 'ready' | 'failed';
  live: LiveState;
  /** Help beyond what one load carries: how many more there are than rows. */
  helpBeyond: number;
  /** The same for Closed; null until somebody has counted. */
  closedBeyond: number | null;
  /** Its rows are here: loaded when it is first looked at. */
  isClosedLoaded: boolean;
}

export const emptyPanel: Panel = {
  inbox: emptyInbox,
  phase: 'loading',
  live: { name: 'connecting' },
  helpBeyond: 0,
  closedBeyond: null,
  isClosedLoaded: false,
};

export const usePanel = create<Panel>()(() => emptyPanel);

export function changeInbox(change: (inbox: InboxState, me: number) => InboxState): void {
  usePanel.setState((panel) => {
    const inbox = change(panel.inbox, panel.inbox.me?.id ?? 0);
    return inbox === panel.inbox ? panel : { inbox };
  });
}

export const inboxNow = (): InboxState => usePanel.getState().inbox;
export const myId = (): number => inboxNow().me?.id ?? 0;
