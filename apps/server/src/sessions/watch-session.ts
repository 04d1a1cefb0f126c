import type { OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findSession, setListeners } from './session.store.ts';
import { changedListeners, isSecondOf } from './session.ts';

const leaseMs = 120_000;

/** "Whoever has it open" hears its messages. A lease: a closed laptop stops hearing by itself. */
export async function watchSession(app: App, actor: OperatorActor, sessionId: string): Promise<{ until: string }> {
  return app.transact(async (tx) => {
    const session = await findSession(tx.db, actor, sessionId, tx.lock);
    if (!session) throw notFound('session');
    const until = tx.at + leaseMs;
    // A second operator hears it anyway, and for longer than a lease.
    if (isSecondOf(session, actor.operatorId)) return { until: toIso(until) };
    await setListeners(tx.db, sessionId, changedListeners(session, actor.operatorId, until, tx.at));
    return { until: toIso(until) };
  });
}

export async function unwatchSession(app: App, actor: OperatorActor, sessionId: string): Promise<void> {
  await app.transact(async (tx) => {
    const session = await findSession(tx.db, actor, sessionId, tx.lock);
    if (!session) throw notFound('session');
    if (isSecondOf(session, actor.operatorId)) return;
    await setListeners(tx.db, sessionId, changedListeners(session, actor.operatorId, undefined, tx.at));
  });
}
