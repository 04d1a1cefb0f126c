import type { Tx } from '../events/transaction.ts';
import { sayBusyOnce } from '../messages/say-busy.ts';
import { listActiveOperators, type RoutedOperator } from '../operators/operator.store.ts';
import { presenceOf } from '../operators/operator.ts';
import { type Assignment, assignSession, sendToHelp } from '../sessions/change-controller.ts';
import { getSession, type SessionRow } from '../sessions/session.store.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';
import { insertDecision } from './routing.store.ts';
import { type Candidate, candidateOf, rank, writeCandidates } from './routing.ts';
import { findSticky, keptFor, type Sticky, stickyFirst } from './sticky.ts';

interface Routing {
  sessionId: string;
  cause: string;
  notTo?: number | null;
  /** What its new operator is told. */
  as?: Assignment;
}

/** Finds an operator for a session that nobody has; else it waits in help. The organization's lock is held. */
export async function routeSession(
  tx: Tx,
  { sessionId, cause, notTo = null, as = { reason: 'routing' } }: Routing,
): Promise<void> {
  const session = await getSession(tx.db, sessionId, tx.lock);
  const sticky = await findSticky(tx, session);
  if (await giveToSomebody(tx, session, { cause, as, notTo, sticky, record: 'always' })) return;
  await sendToHelp(tx, session, sticky?.waits ? { operatorId: sticky.operatorId, until: sticky.waits } : null);
  // Before the first message is stored there is nothing to answer: whoever stores it says it then.
  if (session.message_count === 0 || session.busy_told === 1) return;
  await sayBusyOnce(tx, session);
  await tellSessionUpdated(tx, session.id);
}

interface Why {
  cause: string;
  as: Assignment;
  notTo: number | null;
  sticky?: Sticky | null;
  /** A look at help that finds nobody is no decision worth keeping. */
  record: 'always' | 'success';
}

export async function giveToSomebody(tx: Tx, session: SessionRow, why: Why): Promise<boolean> {
  const { sticky = null } = why;
  const active = await listActiveOperators(tx.db, session.organization_id, session.group_id);
  const accepts = (operator: RoutedOperator) => presenceOf(operator) === 'online';
  const ranked = rank(active.filter(accepts));
  const accepting = sticky ? ranked.toSorted((one, other) => stickyFirst(sticky, one, other)) : ranked;
  const candidates = accepting.map((operator) => keptFor(sticky, candidateOf(operator, why.notTo)));
  const operatorId = await firstWhoTakesIt(tx, session, accepting, candidates, why);
  if (operatorId !== null || why.record === 'always') {
    const absent = active.filter((one) => !accepts(one)).map((operator) => candidateOf(operator, why.notTo));
    await insertDecision(tx.db, {
      session_id: session.id,
      organization_id: session.organization_id,
      at: tx.at,
      cause: why.cause,
      operator_id: operatorId,
      candidates: writeCandidates([...candidates, ...absent]),
    });
  }
  return operatorId !== null;
}

async function firstWhoTakesIt(
  tx: Tx,
  session: SessionRow,
  accepting: { id: number }[],
  candidates: Candidate[],
  { as, sticky }: Why,
): Promise<number | null> {
  for (const [index, operator] of accepting.entries()) {
    const candidate = candidates[index];
    if (!candidate || candidate.refused !== null) continue;
    const to = { operatorId: operator.id };
    const reason = operator.id === sticky?.operatorId ? 'sticky' : as.reason;
    if (await assignSession(tx, session, to, { ...as, reason })) return operator.id;
    candidate.refused = 'full';
  }
  return null;
}
