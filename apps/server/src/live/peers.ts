import type { Kysely } from 'kysely';
import { type Notices, noticeBytes } from '../database/notices.ts';
import type { Tables } from '../database/tables.ts';
import type { AppendedEvent } from '../events/append.ts';
import { type ClosingEvent, processesFeed } from '../events/closing.ts';
import { readEventsAfter, topOf } from '../events/event.store.ts';
import type { Log } from '../log.ts';
import type { Alive } from './alive.ts';
import type { Live } from './live.ts';

/** What one process tells the others: feeds that have grown, and signals. */
interface Notice {
  from: string;
  tops?: [feed: string, offset: number][];
  signal?: [feed: string, json: string];
}

export interface PeersOptions {
  node: string;
  notices: Notices;
  read: Kysely<Tables>;
  live: Live;
  alive: Alive;
  log: Log;
}

export interface Peers {
  /** To be called when live connections can come. */
  start(): Promise<void>;
  published(event: AppendedEvent): void;
  signalled(feed: string, json: string): void;
  /** Against notices that were lost: looks for what this process has not heard of. To be called every few seconds. */
  check(): Promise<void>;
}

/**
 * The other processes on this database. A notice only wakes: what there is to tell is read from the database, so a lost one
 * costs a moment. Nothing is sent while no other process is known.
 */
export function createPeers({ node, notices, read, live, alive, log }: PeersOptions): Peers {
  const tops = new Map<string, number>();
  let signals: [feed: string, json: string][] = [];
  let planned = false;
  let sending = false;
  let checking: Promise<void> | undefined;
  let closedUpTo = 0;
  let following: Promise<void> = Promise.resolve();

  // What gathers while one batch is on its way goes with the next.
  async function flush(): Promise<void> {
    planned = false;
    if (sending) return;
    sending = true;
    while (tops.size + signals.length > 0) {
      const texts = noticesOf(node, [...tops], signals);
      tops.clear();
      signals = [];
      await notices.send(texts).catch((error: unknown) => log.warn({ err: error }, 'notices.failed'));
    }
    sending = false;
  }
  function plan(): void {
    if (planned || sending) return;
    planned = true;
    setImmediate(() => void flush());
  }

  function hear(text: string): void {
    const { from, tops: grown = [], signal } = JSON.parse(text) as Notice;
    if (from === node) return;
    alive.heard();
    for (const [feed, offset] of grown) {
      if (feed === processesFeed) void follow();
      else live.server.wake(feed, offset);
    }
    if (signal) live.server.signal(...signal);
  }

  /** Does what other processes have committed for all to do, each once and in order. */
  function follow(): Promise<void> {
    following = following.then(async () => {
      for (const { offset, json } of await readEventsAfter(read, processesFeed, closedUpTo)) {
        const { from, whose, close } = (JSON.parse(json) as { data: ClosingEvent }).data;
        if (from !== node) await live.closeConnections(whose, close);
        closedUpTo = offset;
      }
    });
    following = following.catch((error: unknown) => log.error({ err: error }, 'processes.failed'));
    return following;
  }

  const check = (): Promise<void> => {
    checking ??= Promise.all([follow(), live.server.checkPositions()]).then(() => {
      checking = undefined;
    });
    return checking;
  };

  return {
    async start() {
      closedUpTo = await topOf(read, processesFeed);
      await notices.listen(hear, () => void check());
      await notices.send([JSON.stringify({ from: node } satisfies Notice)]);
    },
    published({ feed, offset }) {
      if (!alive.others()) return;
      tops.set(feed, Math.max(offset, tops.get(feed) ?? 0));
      plan();
    },
    signalled(feed, json) {
      if (!alive.others()) return;
      signals.push([feed, json]);
      plan();
    },
    check,
  };
}

/** As few texts as the database takes. A signal that is too long for one is left out: a signal may be lost. */
export function noticesOf(from: string, tops: [string, number][], signals: [string, string][]): string[] {
  const texts: string[] = [];
  let some: [string, number][] = [];
  let bytes = 0;
  const end = (): void => {
    if (some.length > 0) texts.push(JSON.stringify({ from, tops: some } satisfies Notice));
    some = [];
    bytes = 0;
  };
  for (const top of tops) {
    const more = Buffer.byteLength(JSON.stringify(top)) + 1;
    if (bytes + more > noticeBytes - frameBytes) end();
    some.push(top);
    bytes += more;
  }
  end();
  for (const signal of signals) {
    const text = JSON.stringify({ from, signal } satisfies Notice);
    if (Buffer.byteLength(text) <= noticeBytes) texts.push(text);
  }
  return texts;
}

// `{"from":"…","tops":[]}` with a UUID in it.
const frameBytes = 100;
