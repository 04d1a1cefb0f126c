import type { Tx } from '../events/transaction.ts';
import { listAcceptingOperators } from '../operators/operator.store.ts';
import { releaseOperator } from '../sessions/change-controller.ts';
import { getSession, type SessionRow, updateSession } from '../sessions/session.store.ts';
import { setClock } from '../sessions/session-clock.store.ts';
import { giveToSomebody } from './route-session.ts';
import { candidateOf } from './routing.ts';

/** Its operator has let the client wait too long: another one gets it. Nobody there: it stays, and the time starts again. */
export async function moveIdle(tx: Tx, session: SessionRow): Promise<void> {
  const notTo = session.operator_id;
  const accepting = await listAcceptingOperators(tx.db, session.organization_id, session.group_id);
  if (!accepting.some((operator) => candidateOf(operator, notTo).refused === null)) {
    await setClock(tx.db, session.id, { idle_from: tx.at });
    return;
  }
  await releaseOperator(tx, session, 'idle');
  await updateSession(tx.db, session.id, { previous_operator_id: notTo });
  const released = await getSession(tx.db, session.id);
  const why = { cause: 'operator idle', as: { reason: 'idle' }, notTo, record: 'always' } as const;
  if (!(await giveToSomebody(tx, released, why))) throw new Error('a free operator did not take an idle session');
  await tx.need({ need: 'serveHelp', organizationId: session.organization_id, cause: 'place freed' });
}
