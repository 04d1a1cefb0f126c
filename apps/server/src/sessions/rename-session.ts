import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import type { App } from '../parts.ts';
import { refuseUnlessMineOrLed, sessionInSight } from './own-session.ts';
import { updateSession } from './session.store.ts';
import { showSession, tellOperators } from './tell.ts';

/** Also when it is closed. Its client hears nothing of it. */
export async function renameSession(
  app: App,
  actor: OperatorActor,
  { sessionId, name }: { sessionId: string; name: string },
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionInSight(tx, actor, sessionId);
    await refuseUnlessMineOrLed(tx, actor, session);
    const trimmed = name.trim();
    if (session.name !== trimmed) {
      await updateSession(tx.db, sessionId, { name: trimmed });
      await tellOperators(tx, sessionId);
    }
    return showSession(tx.db, sessionId);
  });
}
