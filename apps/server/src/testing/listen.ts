import { livePath } from '@switchboard/protocol';
import { Centrifuge } from 'centrifuge';

export interface Heard {
  feed: string;
  /** undefined: a signal. */
  offset: number | undefined;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  data: any;
  at: string;
}

/** What the server said of a feed at a (re)connect. */
export interface Subscribed {
  feed: string;
  offset: number;
  wasRecovering: boolean;
  recovered: boolean;
}

/** The unmodified npm client on one connection, and all it heard. */
export interface Listener {
  centrifuge: Centrifuge;
  heard: Heard[];
  /** One entry for each feed and (re)connect. */
  subscribed: Subscribed[];
  /** What the server has subscribed it to now. */
  feeds(): string[];
  /** Resolves with the first event that fits, heard already or yet to come; rejects after `withinMs`. */
  until(event: string, fits?: (data: Heard['data']) => boolean, withinMs?: number): Promise<Heard>;
  /** Names of the events heard since the last call, those about load and presence left out. */
  names(): string[];
  /** The next time that it connects. */
  connected(): Promise<void>;
  disconnected: Promise<{ code: number; reason: string }>;
  /** Codes with which connections ended that the client then built anew. */
  comebacks: number[];
  close(): void;
}

export async function listen(
  baseUrl: string,
  token: string,
  application: 'notifications' | 'widget' = 'notifications',
): Promise<Listener> {
  const centrifuge = new Centrifuge(baseUrl.replace(/^http/, 'ws') + livePath, {
    data: { application, settings: { token } },
    minReconnectDelay: 10,
    maxReconnectDelay: 200,
  });
  const heard: Heard[] = [];
  const subscribed: Subscribed[] = [];
  const comebacks: number[] = [];
  const feeds = new Set<string>();
  const waiting = new Set<(one: Heard) => void>();
  let told = 0;
  centrifuge.on('publication', ({ channel, offset, data }) => {
    const one: Heard = { feed: channel, offset: offset || undefined, event: data.event, data: data.data, at: data.at };
    heard.push(one);
    for (const look of waiting) look(one);
  });
  centrifuge.on('unsubscribed', ({ channel }) => feeds.delete(channel));
  centrifuge.on('subscribed', ({ channel, streamPosition, wasRecovering, recovered }) => {
    feeds.add(channel);
    subscribed.push({ feed: channel, offset: streamPosition?.offset ?? 0, wasRecovering, recovered });
  });
  centrifuge.on('connecting', ({ code }) => comebacks.push(code));
  const disconnected = new Promise<{ code: number; reason: string }>((resolve) => {
    centrifuge.on('disconnected', ({ code, reason }) => resolve({ code, reason }));
  });
  const connected = () => new Promise<void>((resolve) => centrifuge.once('connected', () => resolve()));
  const first = connected();
  centrifuge.connect();
  await Promise.race([
    first,
    disconnected.then(({ code, reason }) => {
      throw new Error(`live connection refused: ${code} ${reason}`);
    }),
  ]);
  comebacks.length = 0;
  return {
    centrifuge,
    heard,
    subscribed,
    comebacks,
    connected,
    feeds: () => [...feeds],
    until: (event, fits = () => true, withinMs = 5000) =>
      new Promise((resolve, reject) => {
        const matches = (one: Heard) => one.event === event && fits(one.data);
        const found = heard.find(matches);
        if (found) return resolve(found);
        const look = (one: Heard) => {
          if (!matches(one)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(one);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${event} was not heard; heard: ${heard.map((one) => one.event).join(', ') || 'nothing'}`));
        }, withinMs);
        waiting.add(look);
      }),
    names() {
      const fresh = heard.slice(told);
      told = heard.length;
      return fresh.map(({ event }) => event).filter((event) => event !== 'operatorStatusChanged');
    },
    disconnected,
    close: () => centrifuge.disconnect(),
  };
}
