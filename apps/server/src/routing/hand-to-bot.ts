import type { Session } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { findChannel } from '../channels/channel.store.ts';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { giveToBot } from '../sessions/change-controller.ts';
import { sessionToChange } from '../sessions/own-session.ts';
import { showSession } from '../sessions/tell.ts';
import { leaveHands, refuseUnlessMayHandOver } from './hand-over.ts';

/** Back to the channel's bot, which begins anew. What the bot has already stays as it is. */
export async function handToBot(app: App, actor: OperatorActor, sessionId: string): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    await refuseUnlessMayHandOver(tx, actor, session);
    if (session.status === 'BOT') return showSession(tx.db, sessionId);
    const channel = await findChannel(tx.db, session.channel_id);
    if (!channel?.bot_id) throw new Refused('no_bot', 'The channel of this session has no bot. Give it one first.');
    const place = await leaveHands(tx, session, 'bot');
    await giveToBot(tx, session, channel.bot_id);
    await tx.need({ need: 'botTakesOver', sessionId });
    await place.serveHelp();
    return showSession(tx.db, sessionId);
  });
}
