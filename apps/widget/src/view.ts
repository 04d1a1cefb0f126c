import type { WidgetOpened } from '@switchboard/protocol';
import type { Talk } from './apply-event.ts';
import type { Unsent } from './outbox.ts';

/** All that the screen shows. */
export interface View extends Talk {
  open: boolean;
  channel: WidgetOpened['channel'] | null;
  expectedWait: number | null;
  unavailable: boolean;
  /** The connection has been gone long enough to say so. */
  lost: boolean;
  unsent: Unsent[];
  typing: boolean;
  unread: number;
  earlier: 'perhaps' | 'loading' | 'none';
  finish: 'no' | 'asked' | 'sent' | 'failed';
  /** The last words from the other side, for a screen reader. */
  news: string;
}

export const firstView: View = {
  open: false,
  channel: null,
  expectedWait: null,
  session: null,
  messages: [],
  unavailable: false,
  lost: false,
  unsent: [],
  typing: false,
  unread: 0,
  earlier: 'perhaps',
  finish: 'no',
  news: '',
};

export interface Actions {
  open: () => void;
  close: () => void;
  retry: () => void;
  send: (body: string) => void;
  again: (localId: string) => void;
  remove: (localId: string) => void;
  draft: () => string;
  type: (draft: string) => void;
  earlier: () => void;
  finish: (step: View['finish']) => void;
  /** The newest message is, or is no longer, before the reader's eyes. */
  atNewest: (yes: boolean) => void;
}
