import type { Transact } from '../events/transaction.ts';
import { endConnectionsOf, type GoneAt } from './connection.store.ts';
import { forgetDead, forgetNode, listOtherNodes, sayAlive } from './node.store.ts';

const beatMs = 2000;
/** A process that was silent for this long is taken for dead; its clock may be that much off at most. */
const deadMs = 10_000;

interface AliveOptions {
  node: string;
  transact: Transact;
  /** When who is connected to a process that dies now is gone. */
  goneAt(now: number): GoneAt;
  /** The others had given this process up: what it has is to be stored anew. */
  forgotten(): void;
}

/** Processes that share a database know each other, and what a dead one leaves behind is taken up by the others. */
export function createAlive({ node, transact, goneAt, forgotten }: AliveOptions) {
  let beatAt = Number.NEGATIVE_INFINITY;
  let others = false;
  return {
    /** Whether other processes are there, as far as is known. */
    others: () => others,
    /** One of them has spoken. */
    heard() {
      others = true;
    },
    async beat(now: number): Promise<void> {
      if (Math.abs(now - beatAt) < beatMs) return;
      beatAt = now;
      const said = await transact(async (tx) => {
        const isKnown = await sayAlive(tx.db, node, now);
        const dead = await forgetDead(tx.db, now - deadMs);
        if (dead.length > 0) await endConnectionsOf(tx.db, dead, goneAt(now));
        return { isKnown, others: await listOtherNodes(tx.db, node) };
      });
      others = said.others.length > 0;
      if (!said.isKnown) forgotten();
    },
    /** A clean end: its connections have the grace from now on. */
    async leave(now: number): Promise<void> {
      await transact(async (tx) => {
        await endConnectionsOf(tx.db, [node], goneAt(now));
        await forgetNode(tx.db, node);
      });
    },
  };
}

export type Alive = ReturnType<typeof createAlive>;
