import { livePath } from '@switchboard/protocol';
import { Centrifuge } from 'centrifuge';

export interface Heard {
  feed: string;
  offset: number | undefined;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  data: any;
}

/** The unmodified npm client on one connection, and all it heard. */
export interface Listener {
  centrifuge: Centrifuge;
  heard: Heard[];
  /** Resolves with the first event that fits, heard already or yet to come; rejects after `withinMs`. */
  until(event: string, fits?: (data: Heard['data']) => boolean, withinMs?: number): Promise<Heard>;
  /** Names of the events heard since the last call, those about load and presence left out. */
  names(): string[];
  disconnected: Promise<{ code: number; reason: string }>;
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
  const waiting = new Set<(one: Heard) => void>();
  let told = 0;
  centrifuge.on('publication', ({ channel, offset, data }) => {
    const one: Heard = { feed: channel, offset, event: data.event, data: data.data };
    heard.push(one);
    for (const look of waiting) look(one);
  });
  const disconnected = new Promise<{ code: number; reason: string }>((resolve) => {
    centrifuge.on('disconnected', ({ code, reason }) => resolve({ code, reason }));
  });
  const connected = new Promise<void>((resolve) => centrifuge.once('connected', () => resolve()));
  centrifuge.connect();
  await Promise.race([
    connected,
    disconnected.then(({ code, reason }) => {
      throw new Error(`live connection refused: ${code} ${reason}`);
    }),
  ]);
  return {
    centrifuge,
    heard,
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
