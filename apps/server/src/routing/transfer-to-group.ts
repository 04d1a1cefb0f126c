import type { Session } from '@switchboard/protocol';
import { type OperatorActor, tenantOf } from '../actor.ts';
import { findChannel } from '../channels/channel.store.ts';
import { notFound } from '../errors.ts';
import { scopeFeed } from '../events/feeds.ts';
import { findGroup } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { timersOf } from '../sessions/open-session.ts';
import { sessionToChange } from '../sessions/own-session.ts';
import { updateSession } from '../sessions/session.store.ts';
import { showSession, tellSwitchedFromBot } from '../sessions/tell.ts';
import { leaveHands, leaveNote, refuseUnlessMayHandOver } from './hand-over.ts';
import { routeSession } from './route-session.ts';

interface Transfer {
  sessionId: string;
  groupId: number;
  note?: string | null | undefined;
}

/** To whoever is free in that group, else into its help; never back to whom it was taken from. */
export async function transferToGroup(
  app: App,
  actor: OperatorActor,
  { sessionId, groupId, note = null }: Transfer,
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    await refuseUnlessMayHandOver(tx, actor, session);
    const group = await findGroup(tx.db, tenantOf(actor), groupId);
    if (group?.organization_id !== session.organization_id) throw notFound('group');
    const place = await leaveHands(tx, session, 'transfer');
    const channel = await findChannel(tx.db, session.channel_id);
    // A deadline of the group before is none of this one.
    const timers =
      session.group_id === groupId ? {} : { answer_due_at: null, ...(channel && timersOf(channel, group)) };
    await updateSession(tx.db, sessionId, { group_id: groupId, ...timers });
    const by = { id: actor.operatorId, name: actor.name };
    const notTo = session.status === 'HELP' ? null : session.operator_id;
    await routeSession(tx, { sessionId, cause: 'transfer', notTo, as: { reason: 'transfer', by, note } });
    if (session.status === 'BOT') await tellSwitchedFromBot(tx, sessionId);
    // Those who saw it until now, before the note, which is not for them; the others have heard of it by its routing.
    if (session.group_id !== groupId) {
      tx.append([scopeFeed(session)], 'chatSessionUpdated', await showSession(tx.db, sessionId));
    }
    await leaveNote(tx, actor, sessionId, note);
    await place.serveHelp();
    return showSession(tx.db, sessionId);
  });
}
