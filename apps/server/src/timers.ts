import type { Tx } from './events/transaction.ts';
import { listOperatorsToReroute, updateOperator } from './operators/operator.store.ts';
import type { App } from './parts.ts';
import { rerouteAbsent } from './routing/reroute-absent.ts';
import { wakeSession } from './routing/wake-session.ts';
import { listOrganizationsToTell } from './sessions/help.store.ts';
import { listSessionsToWake, setClock } from './sessions/session-clock.store.ts';
import { tellPositions } from './sessions/tell-positions.ts';

const atOnce = 100;
const laterMs = 60_000;

export interface Timers {
  /** Fires all that is due. While one look is under way another is the same look. */
  look(): Promise<void>;
  /** Resolves when no look is under way. */
  settled(): Promise<void>;
  /** A look that is under way fires no more than it has begun. */
  stop(): void;
}

/** Rows are their own timers (docs/decisions/0008): here they are looked for, and fired one transaction each. */
export function createTimers(app: App): Timers {
  let looking: Promise<void> | null = null;
  const stopping = new AbortController();
  const look = (): Promise<void> => {
    looking ??= lookOnce(app, stopping.signal)
      .catch((error: unknown) => app.log.error({ err: error }, 'timers.failed'))
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  return { look, settled: async () => void (await looking), stop: () => stopping.abort() };
}

async function lookOnce(app: App, stopping: AbortSignal): Promise<void> {
  const now = app.clock.now();
  const fireAll = async <Id>(
    list: () => Promise<Id[]>,
    fire: (tx: Tx, id: Id) => Promise<unknown>,
    putOff: PutOff<Id>,
  ) => {
    // A page may be full of what fires again at once; the next look goes on.
    for (let page = 0; page < 20; page++) {
      const due = await list();
      for (const id of due) {
        if (stopping.aborted) return;
        await fireOne(app, id, fire, putOff);
      }
      if (due.length < atOnce) return;
    }
  };
  await fireAll(
    () => listOperatorsToReroute(app.read, now, atOnce),
    rerouteAbsent,
    (tx, operatorId) => updateOperator(tx.db, operatorId, { reroute_at: tx.at + laterMs }),
  );
  await fireAll(
    () => listSessionsToWake(app.read, now, atOnce),
    wakeSession,
    (tx, sessionId) => setClock(tx.db, sessionId, { wake_at: tx.at + laterMs }),
  );
  for (const organizationId of await listOrganizationsToTell(app.read, now)) {
    await fireOne(app, organizationId, tellPositions, async () => {});
  }
}

type PutOff<Id> = (tx: Tx, id: Id) => Promise<unknown>;

/** What fails is put off, so that it neither holds up the others nor fails twice a second. */
async function fireOne<Id>(app: App, id: Id, fire: (tx: Tx, id: Id) => Promise<unknown>, putOff: PutOff<Id>) {
  try {
    await app.transact((tx) => fire(tx, id));
  } catch (error) {
    app.log.error({ err: error, id, timer: fire.name }, 'timer.failed');
    await app.transact((tx) => putOff(tx, id));
  }
}
