import { findChannel } from '../channels/channel.store.ts';
import type { Tx } from '../events/transaction.ts';
import { isGroupMember } from '../groups/group.store.ts';
import { findOperator, type OperatorInOrganization } from '../operators/operator.store.ts';
import { capacityOf, isActive, presenceOf } from '../operators/operator.ts';
import { findLastOperatorId, type SessionRow } from '../sessions/session.store.ts';
import type { Candidate } from './routing.ts';

/** The client's last operator, who goes before all others. */
export interface Sticky {
  operatorId: number;
  /** Until when the session waits for them alone, because they will be back or free; null: not at all. */
  waits: number | null;
}

/** Where the channel wants it, for a session that nobody had yet: one taken from somebody has found its last operator wanting. */
export async function findSticky(tx: Tx, session: SessionRow): Promise<Sticky | null> {
  if (session.operator_id !== null || session.previous_operator_id !== null) return null;
  const operatorId = await findLastOperatorId(tx.db, session);
  if (operatorId === null) return null;
  const channel = await findChannel(tx.db, session.channel_id);
  if (channel?.after_closing === 'help') return null;
  const operator = channel && (await findOperator(tx.db, channel.company_id, operatorId));
  if (!operator || !isActive(operator) || !(await serves(tx, operator, session))) return null;
  const seconds = willBeBack(operator, tx.at) ? channel.sticky_wait : 0;
  return { operatorId, waits: seconds > 0 ? tx.at + seconds * 1000 : null };
}

async function serves(tx: Tx, operator: OperatorInOrganization, session: SessionRow): Promise<boolean> {
  if (operator.organization_id !== session.organization_id) return false;
  return session.group_id === null || (await isGroupMember(tx.db, session.group_id, operator.id));
}

/** At work and full, or gone so shortly that their own sessions still wait for them. */
function willBeBack(operator: OperatorInOrganization, at: number): boolean {
  if (operator.paused === 1) return false;
  if (presenceOf(operator) === 'online') return operator.open_sessions >= capacityOf(operator);
  return operator.reroute_at !== null && operator.reroute_at > at;
}

/** For a sort that keeps the order of the others. */
export const stickyFirst = ({ operatorId }: Sticky, one: { id: number }, other: { id: number }): number =>
  Number(other.id === operatorId) - Number(one.id === operatorId);

/** Nobody else may have it while it waits for one. */
export const keptFor = (sticky: Sticky | null, candidate: Candidate): Candidate =>
  sticky === null || sticky.waits === null || candidate.operatorId === sticky.operatorId || candidate.refused !== null
    ? candidate
    : { ...candidate, refused: 'waits for its last operator' };
