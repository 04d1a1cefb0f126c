import type { LiveEvent, OperatorEvents } from '@switchboard/protocol';
import { Centrifuge, State } from 'centrifuge';

export type LiveState =
  | { name: 'connecting' }
  /** `caughtUp`: events that came in the gap and have now been handed over; null on the first connect. */
  | { name: 'connected'; caughtUp: number | null }
  /** `since`: Unix milliseconds of the loss; `attempt`: 1, 2, 3 … */
  | { name: 'reconnecting'; since: number; attempt: number }
  /** For good: signed out, switched off, or open elsewhere (`closeCodes` of the protocol). */
  | { name: 'stopped'; code: number; reason: string };

/** `first`: nothing has been loaded yet. `gap`: the server no longer holds all that was missed. `feed`: one was added or is gone. */
export type ReloadCause = 'first' | 'gap' | 'feed';

export interface LiveOptions<Events = OperatorEvents> {
  /** Full `ws:` or `wss:` address, or a path on the page's own host. */
  url: string;
  /** Whose feeds: an operator's (default) or a widget's client. */
  application?: 'notifications' | 'widget';
  /** Asked before every attempt, so that a refreshed token is used. Rejecting makes it try again later. */
  getToken: () => string | Promise<string>;
  /** In the order of commits within a feed; may repeat after a lost connection. May throw: the connection lives on. */
  onEvent: (event: LiveEvent<Events>) => void;
  onState?: (state: LiveState) => void;
  /** Load the state again, keeping what `onEvent` brings meanwhile to apply it on top. Comes before those events. */
  onReload: (cause: ReloadCause) => void;
  /** What `onEvent` threw. Default: `reportError` of the platform. */
  onError?: (error: unknown) => void;
  /** For Node without a global WebSocket. */
  websocket?: unknown;
}

export interface Live {
  /** Now, not after the back-off: for a "try again" button. */
  reconnect(): void;
  close(): void;
}

/**
 * One live connection that survives the network (contract §3): comes back by itself with growing pauses up to 20 s,
 * gets exactly what it missed, or says that the state must be loaded again.
 * @example
 * const live = connectLive({ url: '/centrifugo/connection/websocket', getToken, onReload: load, onEvent: apply });
 */
export function connectLive<Events = OperatorEvents>(options: LiveOptions<Events>): Live {
  const { application = 'notifications', onError = globalThis.reportError ?? console.error } = options;
  let wasConnected = false;
  let lostAt = 0;
  let attempt = 0;
  let settling = false;
  let reloading = false;
  let received = 0;

  // Since 5.8 an error thrown by a handler ends the connection for good: none may leave these handlers.
  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      onError(error);
    }
  };
  const tell = (state: LiveState): void => guarded(() => options.onState?.(state));
  const reload = (cause: ReloadCause): void => {
    if (reloading) return;
    reloading = settling;
    guarded(() => options.onReload(cause));
  };

  const centrifuge = new Centrifuge(absolute(options.url), {
    getData: async () => ({ application, settings: { token: await options.getToken() } }),
    ...(options.websocket === undefined ? {} : { websocket: options.websocket }),
  });
  centrifuge.on('connecting', () => {
    if (!wasConnected && attempt === 0) return tell({ name: 'connecting' });
    lostAt ||= Date.now();
    attempt ||= 1;
    tell({ name: 'reconnecting', since: lostAt, attempt });
  });
  centrifuge.on('error', () => {
    if (centrifuge.state !== State.Connecting) return;
    lostAt ||= Date.now();
    attempt += 1;
    tell({ name: 'reconnecting', since: lostAt, attempt });
  });
  centrifuge.on('connected', () => {
    const first = !wasConnected;
    wasConnected = true;
    settling = true;
    reloading = false;
    received = 0;
    if (first) reload('first');
    // All feeds of the connect reply and what they recovered are handed over before this runs.
    queueMicrotask(() => {
      settling = false;
      reloading = false;
      lostAt = 0;
      attempt = 0;
      tell({ name: 'connected', caughtUp: first ? null : received });
    });
  });
  centrifuge.on('subscribed', (feed) => {
    if (!feed.recovered) reload(feed.wasRecovering ? 'gap' : 'feed');
  });
  // What was only in that feed is not theirs any more.
  centrifuge.on('unsubscribed', () => reload('feed'));
  centrifuge.on('publication', ({ data }) => {
    received += 1;
    guarded(() => options.onEvent(data as LiveEvent<Events>));
  });
  centrifuge.on('disconnected', ({ code, reason }) => {
    if (code !== 0) tell({ name: 'stopped', code, reason });
  });
  centrifuge.connect();
  return {
    reconnect: () => {
      centrifuge.disconnect();
      centrifuge.connect();
    },
    close: () => centrifuge.disconnect(),
  };
}

function absolute(url: string): string {
  if (!url.startsWith('/')) return url;
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${url}`;
}
