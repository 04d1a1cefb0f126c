import type { ClientActor, OperatorActor } from '../actor.ts';
import { findClient } from '../clients/client.store.ts';
import { mayWrite } from '../clients/client.ts';
import { notFound, Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { findOpenSession, findSession, listSecondOperators } from '../sessions/session.store.ts';
import { isClosed } from '../sessions/session.ts';
import { listenersOf } from '../sessions/tell.ts';

/** A signal: it may be lost and is never stored. Colleagues in the session see it too. */
export async function operatorTypes(app: App, actor: OperatorActor, sessionId: string): Promise<void> {
  const session = await findSession(app.read, actor, sessionId);
  if (!session) throw notFound('session');
  if (isClosed(session)) throw new Refused('session_closed', 'The session is closed.');
  const second = await listSecondOperators(app.read, [session]);
  if (session.operator_id !== actor.operatorId && !second.some((s) => s.operator_id === actor.operatorId)) {
    throw new Refused('not_your_session', 'This session is not yours. Take it first.');
  }
  const signal = { sessionId, authorType: 'OPERATOR', authorId: actor.operatorId };
  const others = listenersOf(session, app.clock.now()).filter((feed) => feed !== feedOf.operator(actor.operatorId));
  app.signal([feedOf.client(session.client_id), ...others], 'typing', signal);
}

export async function clientTypes(app: App, actor: ClientActor): Promise<void> {
  mayWrite(await findClient(app.read, actor.clientId));
  const session = await findOpenSession(app.read, actor.channelId, actor.clientId);
  if (!session) return;
  const signal = { sessionId: session.id, authorType: 'CLIENT', authorId: actor.clientId };
  app.signal(listenersOf(session, app.clock.now()), 'typing', signal);
}
