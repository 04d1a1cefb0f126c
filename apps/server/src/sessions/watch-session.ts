import type { OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findSession, unwatch, watch } from './session.store.ts';

const leaseMs = 120_000;

/** "Whoever has it open" hears its messages. A lease: a closed laptop stops hearing by itself. */
export async function watchSession(app: App, actor: OperatorActor, sessionId: string): Promise<{ until: string }> {
  return app.transact(async (tx) => {
    if (!(await findSession(tx.db, actor, sessionId))) throw notFound('session');
    const until = tx.at + leaseMs;
    await watch(tx.db, { session_id: sessionId, operator_id: actor.operatorId, until });
    return { until: toIso(until) };
  });
}

export async function unwatchSession(app: App, actor: OperatorActor, sessionId: string): Promise<void> {
  await app.transact(async (tx) => {
    if (!(await findSession(tx.db, actor, sessionId))) throw notFound('session');
    await unwatch(tx.db, sessionId, actor.operatorId);
  });
}
