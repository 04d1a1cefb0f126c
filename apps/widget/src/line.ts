import type { closeCodes, WidgetOpened } from '@switchboard/protocol';
import { ask } from './api.ts';
import type { ClientEvent } from './apply-event.ts';
import { backOff } from './back-off.ts';
import type { Keep } from './keep.ts';
import { type Live, listen } from './live.ts';
import { locked } from './locked.ts';
import type { Settings } from './settings.ts';

interface Options {
  settings: Settings;
  keep: Keep;
  /** Something was said or is being said: a fresh connection must load anew, it may have missed it. */
  hasTalk: () => boolean;
  onLoaded: (opened: WidgetOpened) => void;
  onEvent: (event: ClientEvent) => void;
  onLost: (lost: boolean) => void;
  onUnavailable: () => void;
}

/** Waiting for the socket before loading saves a second load, but not for longer than this. */
const socketFirstMs = 2_500;
const lostAfterMs = 3_000;
/** Close code of a token that nobody knows. */
const badToken: (typeof closeCodes)['badToken']['code'] = 4501;
const renewEveryMs = 60_000;
/** So many sockets failed in a row: something forbids them. Each further try loads by HTTP instead. */
const socketsFailed = 3;

/** First load plus live events, without a hole between them: while a load is under way, events are held back. */
export function createLine({ settings, keep, hasTalk, onLoaded, onEvent, onLost, onUnavailable }: Options): Line {
  const { host, guid } = settings;
  let live: Live | null = null;
  let liveToken: string | null = null;
  let held: ClientEvent[] | null = null;
  let loading = false;
  let loadAgain = false;
  let loaded = false;
  let round = 0;
  let running = false;
  let renewedAt = 0;
  let wake = () => {};
  let loadTimer: ReturnType<typeof setTimeout> | undefined;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms);
    });

  const open = () =>
    ask<WidgetOpened>(host, '/api/v1/widget/open', null, {
      guid,
      clientToken: keep.get('token'),
      userJWT: settings.userJWT,
      page: location.href.slice(0, 2000),
      referrer: document.referrer.slice(0, 2000),
      lang: (settings.lang ?? navigator.language).slice(0, 35),
    });

  async function load(): Promise<void> {
    clearTimeout(loadTimer);
    loadAgain = true;
    if (loading || !running) return;
    loading = true;
    held ??= [];
    const own = round;
    for (let failures = 0; loadAgain; ) {
      loadAgain = false;
      // Two tabs that open at once must not become two clients.
      const answer = await (keep.get('token') ? open() : locked(`switchboard:${guid}:open`, open));
      if (own !== round) return;
      if (answer.ok) {
        keep.set('token', answer.data.clientToken);
        if (!loadAgain) take(answer.data);
      } else if (answer.lost || answer.status === 429) {
        loadAgain = true;
        onLost(true);
        await pause(answer.status === 429 ? (answer.retryAfter ?? 1) * 1000 : backOff(failures++));
        if (own !== round) return;
      } else {
        stop();
        onUnavailable();
      }
    }
    loading = false;
  }

  function take(opened: WidgetOpened) {
    loaded = true;
    calm();
    onLoaded(opened);
    const events = held ?? [];
    held = null;
    events.forEach(onEvent);
    if (running) listenWith(opened.clientToken);
  }

  function calm() {
    clearTimeout(lostTimer);
    lostTimer = undefined;
    onLost(false);
  }

  function listenWith(token: string) {
    if (live && liveToken === token) return;
    live?.close();
    liveToken = token;
    live = listen({
      host,
      token,
      onEvent(data) {
        const event = data as ClientEvent;
        if (held) held.push(event);
        else onEvent(event);
      },
      onConnected(complete) {
        calm();
        if (!complete && (!loaded || hasTalk())) void load();
      },
      onDown(failures) {
        if (failures < socketsFailed) lostTimer ??= setTimeout(() => onLost(true), lostAfterMs);
        else if (!loading) void load();
      },
      onRefused(code) {
        live = null;
        void renew(code === badToken);
      },
    });
  }

  async function renew(forget: boolean): Promise<boolean> {
    if (Date.now() - renewedAt < renewEveryMs) {
      onLost(true);
      clearTimeout(loadTimer);
      loadTimer = setTimeout(() => void renew(forget), renewEveryMs);
      return false;
    }
    renewedAt = Date.now();
    if (forget) keep.remove('token');
    await load();
    return true;
  }

  function stop() {
    round++;
    running = loading = loaded = false;
    held = null;
    live?.close();
    live = null;
    clearTimeout(loadTimer);
    clearTimeout(lostTimer);
    lostTimer = undefined;
    wake();
  }

  return {
    start() {
      if (running) return;
      running = true;
      const token = keep.get('token');
      if (token && !settings.userJWT) {
        held = [];
        listenWith(token);
        loadTimer = setTimeout(() => void load(), socketFirstMs);
      } else {
        void load();
      }
    },
    stop,
    load,
    renew: () => renew(true),
    nudge() {
      wake();
      live?.nudge();
    },
    cut() {
      live?.cut();
      onLost(true);
    },
  };
}

export interface Line {
  start: () => void;
  stop: () => void;
  load: () => Promise<void>;
  /** The token is dead: becomes another client. False when that was tried a moment ago. */
  renew: () => Promise<boolean>;
  nudge: () => void;
  cut: () => void;
}
