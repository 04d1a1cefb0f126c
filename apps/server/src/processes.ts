import type { Clock } from './clock.ts';
import type { Database } from './database/database.ts';
import type { AppendedEvent } from './events/append.ts';
import type { Transact } from './events/transaction.ts';
import { createAlive } from './live/alive.ts';
import { endConnectionsOf } from './live/connection.store.ts';
import type { Live } from './live/live.ts';
import { createPeers } from './live/peers.ts';
import type { Log } from './log.ts';
import type { Presence } from './presence.ts';

export interface ProcessesOptions {
  node: string;
  database: Database;
  transact: Transact;
  live: Live;
  presence: Presence;
  clock: Clock;
  log: Log;
}

/** This process among those on its database. */
export interface Processes {
  /** Before connections can come. */
  start(): Promise<void>;
  published(event: AppendedEvent): void;
  signalled(feed: string, json: string): void;
  /** Called every second. */
  tick(): Promise<void>;
  /** After the last connection has ended. */
  stop(): Promise<void>;
}

const checkEveryTicks = 3;

export function createProcesses({ node, database, transact, live, presence, clock, log }: ProcessesOptions): Processes {
  const leftOver = (nodes: string[] | 'all') =>
    transact((tx) => endConnectionsOf(tx.db, nodes, presence.goneAt(clock.now())));
  // A database that is gone must not keep a process from ending; the next start finds what this one left.
  const goodbye = (said: Promise<void>) => said.catch((error: unknown) => log.warn({ err: error }, 'goodbye.failed'));
  const { notices } = database;
  if (notices === null) {
    return {
      start: () => leftOver('all'),
      published() {},
      signalled() {},
      tick: async () => {},
      stop: () => goodbye(leftOver([node])),
    };
  }
  const alive = createAlive({ node, transact, goneAt: presence.goneAt, forgotten: presence.again });
  const peers = createPeers({ node, notices, read: database.read, live, alive, log });
  let ticks = 0;
  return {
    async start() {
      await alive.beat(clock.now());
      await peers.start();
    },
    published: peers.published,
    signalled: peers.signalled,
    async tick() {
      await alive.beat(clock.now());
      if (alive.others() && ++ticks % checkEveryTicks === 0) await peers.check();
    },
    stop: () => goodbye(alive.leave(clock.now())),
  };
}
