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
  /** The reader has scrolled up from the newest message. */
  above: boolean;
  /** So many messages were there when they did. */
  seen: number;
  /** Characters that would be sent. Kept exact only where it makes a difference to the eye. */
  draftLength: number;
}

export const mostCharacters = 10_000;

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
  above: false,
  seen: 0,
  draftLength: 0,
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
  scroll: (above: boolean) => void;
}
