import type { Message } from '@switchboard/protocol';
import type { Answer } from './api.ts';
import { backOff } from './back-off.ts';
import type { Outbox, Unsent } from './outbox.ts';

interface Options {
  outbox: Outbox;
  send: (unsent: Unsent) => Promise<Answer<Message>>;
  /** Only one tab at a time may be inside. */
  locked: <T>(act: () => Promise<T>) => Promise<T>;
  onSent: (message: Message) => void;
  onChange: () => void;
  /** The token is dead. Resolves to true when there is a new one. */
  renew: () => Promise<boolean>;
  /** Runs it after so many milliseconds; returns the way to forget it. */
  later: (act: () => void, ms: number) => () => void;
}

/** Empties the outbox in order. What the network swallows is tried again, what the server refuses is marked. */
export function createSender({ outbox, send, locked, onSent, onChange, renew, later }: Options): Sender {
  let busy = false;
  let wanted = false;
  let stopped = false;
  let failures = 0;
  let forget = () => {};

  /** Milliseconds until the next try, or null when nothing waits. */
  async function drain(): Promise<number | null> {
    for (;;) {
      wanted = false;
      const next = outbox.list().find((unsent) => !unsent.refused);
      if (!next || stopped) return null;
      const answer = await send(next);
      if (answer.ok) {
        failures = 0;
        outbox.remove(next.localId);
        onSent(answer.data);
      } else if (answer.status === 429) {
        return (answer.retryAfter ?? 1) * 1000;
      } else if (answer.lost || (answer.status === 401 && !(await renew()))) {
        return backOff(failures++);
      } else if (answer.status !== 401) {
        outbox.refuse(next.localId, answer);
        onChange();
      }
    }
  }

  async function flush(): Promise<void> {
    forget();
    wanted = true;
    if (busy || stopped) return;
    busy = true;
    let wait: number | null = null;
    try {
      while (wanted && !stopped) wait = await locked(drain);
    } finally {
      busy = false;
    }
    if (wait !== null && !stopped) forget = later(() => void flush(), wait);
  }

  return {
    flush,
    stop() {
      stopped = true;
      forget();
    },
  };
}

export interface Sender {
  flush: () => Promise<void>;
  stop: () => void;
}
