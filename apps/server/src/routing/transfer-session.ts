import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import { findOperator, type OperatorInOrganization } from '../operators/operator.store.ts';
import { capacityOf, isActive, presenceOf } from '../operators/operator.ts';
import type { App } from '../parts.ts';
import { assignSession } from '../sessions/change-controller.ts';
import { sessionToChange } from '../sessions/own-session.ts';
import type { SessionRow } from '../sessions/session.store.ts';
import { isWithOperator } from '../sessions/session.ts';
import { showSession, tellSwitchedFromBot } from '../sessions/tell.ts';
import { leaveHands, leaveNote, refuseUnlessMayHandOver } from './hand-over.ts';
import { insertDecision } from './routing.store.ts';
import { candidateOf, writeCandidates } from './routing.ts';

interface Transfer {
  sessionId: string;
  userId: number;
  force?: boolean | undefined;
  note?: string | null | undefined;
}

/** To a colleague, from whoever has it. */
export async function transferSession(app: App, actor: OperatorActor, asked: Transfer): Promise<Session> {
  const { sessionId, userId, force = false, note = null } = asked;
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    await refuseUnlessMayHandOver(tx, actor, session);
    const target = await findOperator(tx.db, actor.companyId, userId);
    if (target?.organization_id !== session.organization_id) throw notFound('operator');
    refuseUnlessTakes(session, target, force);
    const candidate = candidateOf(target, null);
    const place = await leaveHands(tx, session, 'transfer');
    const to = { operatorId: target.id };
    const by = { id: actor.operatorId, name: actor.name };
    if (!(await assignSession(tx, session, to, { reason: 'transfer', by, note, force }))) throw full(target);
    if (session.status === 'BOT') await tellSwitchedFromBot(tx, sessionId);
    await insertDecision(tx.db, {
      session_id: sessionId,
      organization_id: session.organization_id,
      at: tx.at,
      cause: 'transfer',
      operator_id: target.id,
      candidates: writeCandidates([candidate]),
    });
    await leaveNote(tx, actor, sessionId, note);
    await place.serveHelp();
    return showSession(tx.db, sessionId);
  });
}

function refuseUnlessTakes(session: SessionRow, target: OperatorInOrganization, force: boolean): void {
  if (!isActive(target)) throw new Refused('operator_not_active', `${target.name} is not active.`);
  if (isWithOperator(session) && session.operator_id === target.id) {
    throw new Refused('already_theirs', `${target.name} has this session already. Name somebody else.`);
  }
  if (force) return;
  const presence = presenceOf(target);
  if (presence !== 'online') {
    throw new Refused(
      'operator_unavailable',
      `${target.name} is ${presence}. Send "force": true to hand the session over all the same.`,
    );
  }
  if (target.open_sessions >= capacityOf(target)) throw full(target);
}

const full = ({ name }: OperatorInOrganization): Refused =>
  new Refused(
    'operator_full',
    `${name} has as many sessions as they may have. Send "force": true to hand it over all the same.`,
  );
