import type { Answer as AnswerOf, Message } from '@switchboard/protocol';
import { ask, noAnswer } from './api.ts';
import { applyEvent, type ClientEvent, isOpen, newerSession, type Talk } from './apply-event.ts';
import { openKeep } from './keep.ts';
import { createLine } from './line.ts';
import { locked } from './locked.ts';
import { isIncoming, mergeMessages, reloadMessages } from './messages.ts';
import { openOutbox } from './outbox.ts';
import { createSender } from './sender.ts';
import { keepPrefix, type Settings } from './settings.ts';
import { type Actions, firstView, mostCharacters, type View } from './view.ts';

const typingShownMs = 5_000;
const typingEveryMs = 2_000;
const readAfterMs = 500;
const earlierPage = 50;
/** After sending, the session's own event should have come; if not, ask. */
const sessionDueMs = 2_000;

/** Everything the widget knows and does, apart from looks, until the signal. Draws after every change. */
export function createConversation(settings: Settings, draw: (view: View) => void, signal: AbortSignal): Actions {
  const { host } = settings;
  const keep = openKeep(keepPrefix(settings));
  const outbox = openOutbox(keep);
  const draft = () => keep.get('draft') ?? '';
  let view: View = { ...firstView, draftLength: draft().trim().length };
  let typedAt = 0;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let readTimer: ReturnType<typeof setTimeout> | undefined;
  let sessionTimer: ReturnType<typeof setTimeout> | undefined;

  const set = (patch: Partial<View>) => {
    view = { ...view, unsent: outbox.list(), ...patch };
    draw(view);
  };
  const request = <T>(path: Parameters<typeof ask>[1], body?: object) => ask<T>(host, path, keep.get('token'), body);

  const line = createLine({
    settings,
    keep,
    hasTalk: () => view.session !== null || view.messages.length + view.unsent.length > 0,
    onLoaded({ channel, session, messages, expectedWait }) {
      const merged = reloadMessages(view.messages, messages);
      set({
        channel,
        expectedWait,
        unavailable: false,
        earlier: merged[0] === view.messages[0] ? view.earlier : 'perhaps',
      });
      settle({ session: session ? newerSession(view.session, session) : closed(view.session), messages: merged });
      void sender.flush();
    },
    onEvent: hear,
    onLost: (lost) => lost !== view.lost && set({ lost }),
    onUnavailable: () => set({ unavailable: true, lost: false }),
  });

  const sender = createSender({
    outbox,
    async send({ body, localId }) {
      if (!keep.get('token')) return noAnswer;
      return request<Message>('/api/v1/widget/messages', { body, localId });
    },
    locked: (act) => locked(`${keepPrefix(settings)}outbox`, act),
    onSent(message) {
      line.nudge();
      settle({ ...view, messages: mergeMessages(view.messages, [message]) });
      clearTimeout(sessionTimer);
      sessionTimer = setTimeout(() => view.session?.id !== message.sessionId && void line.load(), sessionDueMs);
    },
    onChange: () => set({}),
    renew: line.renew,
    later(act, ms) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });

  function hear(event: ClientEvent) {
    if (event.event === 'typing') {
      if (event.data.sessionId === view.session?.id) showTyping(true);
      return;
    }
    if (event.event === 'chatMessageCreated' && isIncoming(event.data)) {
      showTyping(false);
      set({ news: `${event.data.authorName}: ${event.data.body}` });
    }
    settle(applyEvent(view, event));
  }

  function showTyping(typing: boolean) {
    clearTimeout(typingTimer);
    if (typing) typingTimer = setTimeout(() => set({ typing: false }), typingShownMs);
    if (typing !== view.typing) set({ typing });
  }

  /** After every change of what was said. */
  function settle({ session, messages }: Talk) {
    for (const { localId, authorType } of messages) if (localId && authorType === 'CLIENT') outbox.remove(localId);
    if (isOpen(session)) keep.set('session', session.id);
    else keep.remove('session');
    set({ session, messages, finish: isOpen(session) ? view.finish : 'no' });
    look();
  }

  /** Counts what is unread, and reads it when it is before the reader's eyes. */
  function look() {
    const incoming = view.messages.filter((message) => isIncoming(message) && !message.deletedAt);
    const newest = incoming.at(-1);
    const isNew = (message: Message) => !message.readAt && message.createdAt > (keep.get('seen') ?? '');
    if (newest && isNew(newest) && view.open && !view.above && !document.hidden) {
      keep.set('seen', newest.createdAt);
      clearTimeout(readTimer);
      readTimer = setTimeout(() => void request('/api/v1/widget/read', { messageId: newest.id }), readAfterMs);
    }
    const unread = incoming.filter(isNew).length;
    if (unread !== view.unread) set({ unread });
    adjust();
  }

  /** A closed widget without a session holds no connection. */
  function adjust() {
    if (signal.aborted || view.unavailable) return;
    if (view.open || keep.get('session') || view.unsent.some((unsent) => !unsent.refused)) line.start();
    else line.stop();
  }

  const changed = () => {
    set({});
    adjust();
    void sender.flush();
  };
  const actions: Actions = {
    open() {
      set({ open: true, unavailable: false });
      look();
    },
    close() {
      // Whoever opens it again begins at the newest message.
      set({ open: false, finish: 'no', above: false });
      adjust();
    },
    retry() {
      set({ unavailable: false });
      line.start();
    },
    send(body) {
      outbox.add(body);
      keep.remove('draft');
      set({ draftLength: 0 });
      typedAt = 0;
      changed();
    },
    again(localId) {
      outbox.again(localId);
      changed();
    },
    remove(localId) {
      outbox.remove(localId);
      changed();
    },
    draft,
    type(draft) {
      if (draft) keep.set('draft', draft);
      else keep.remove('draft');
      const { length } = draft.trim();
      if (!length !== !view.draftLength || Math.max(length, view.draftLength) > mostCharacters)
        set({ draftLength: length });
      if (!draft || !isOpen(view.session) || Date.now() - typedAt < typingEveryMs) return;
      typedAt = Date.now();
      void request('/api/v1/widget/typing', {});
    },
    async earlier() {
      const first = view.messages[0];
      if (!first || view.earlier !== 'perhaps') return;
      set({ earlier: 'loading' });
      const query = `before=${first.id}&limit=${earlierPage}&withoutCount=true`;
      const answer = await request<AnswerOf<'widgetMessages'>>(`/api/v1/widget/messages?${query}`);
      const items = answer.ok ? (answer.data.items ?? []) : [];
      const none = answer.ok ? items.length < earlierPage : answer.status >= 400 && answer.status < 500;
      set({ earlier: none ? 'none' : 'perhaps', messages: mergeMessages(view.messages, items) });
    },
    async finish(step) {
      set({ finish: step });
      if (step !== 'sent') return;
      const answer = await request<AnswerOf<'widgetFinish'>>('/api/v1/widget/finish', {});
      if (!answer.ok) set({ finish: 'failed' });
      else settle({ ...view, session: newerSession(view.session, answer.data.session) });
    },
    scroll(above) {
      set({ above, seen: view.messages.length });
      look();
    },
  };

  const hurry = () => {
    line.nudge();
    look();
  };
  const onOnline = () => {
    hurry();
    void sender.flush();
  };
  addEventListener('online', onOnline, { signal });
  addEventListener('offline', line.cut, { signal });
  document.addEventListener('visibilitychange', () => !document.hidden && hurry(), { signal });
  // Another tab may have sent our messages: hear of them now.
  const onOtherTab = () => {
    set({});
    hurry();
  };
  keep.watch(onOtherTab, signal);
  signal.addEventListener('abort', () => {
    sender.stop();
    line.stop();
    for (const timer of [typingTimer, readTimer, sessionTimer]) clearTimeout(timer);
  });

  set({});
  adjust();
  return actions;
}

/** The server knows of no session any more: the one we had is over. */
function closed(session: View['session']): View['session'] {
  return session && { ...session, status: 'CLOSED' };
}
