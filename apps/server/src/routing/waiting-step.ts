import type { WaitingStep } from '@switchboard/protocol';
import { findChannel } from '../channels/channel.store.ts';
import { findClient } from '../clients/client.store.ts';
import type { Tx } from '../events/transaction.ts';
import { storeMessage } from '../messages/store-message.ts';
import { giveToBot, releaseOperator } from '../sessions/change-controller.ts';
import { type SessionRow, updateSession } from '../sessions/session.store.ts';
import { isWithOperator } from '../sessions/session.ts';
import { setClock } from '../sessions/session-clock.store.ts';
import { rulesOf } from '../sessions/session-clock.ts';
import { duesOf } from '../sessions/session-dues.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';
import { textIn } from './step-text.ts';

/**
 * What a channel says or does by itself while its client waits, once a session. Of several that are due at the same moment, as
 * after a time without a server, only the latest is said; who was to get the bot by then gets it.
 */
export async function takeWaitingStep(
  tx: Tx,
  session: SessionRow,
  { name, step }: { name: string; step: WaitingStep },
): Promise<void> {
  const said = [...(JSON.parse(session.steps_said) as string[]), name];
  await setClock(tx.db, session.id, { steps_said: JSON.stringify(said) });
  const channel = await findChannel(tx.db, session.channel_id);
  if (!channel) return;
  const botId = step.toBot ? channel.bot_id : null;
  if (botId === null && (await isOutrun(tx, session, name))) return;
  const text = textIn(step.text ?? {}, (await findClient(tx.db, session.client_id))?.language ?? null);
  if (text !== null) {
    await storeMessage(tx, session, { type: 'SYSTEM', id: null, name: channel.name }, { body: text });
    // Nobody's own feed tells of it in help: everyone in scope sees the row change.
    if (session.status === 'HELP') await tellSessionUpdated(tx, session.id);
  }
  if (botId !== null) await handToBot(tx, session, botId);
}

async function isOutrun(tx: Tx, session: SessionRow, name: string): Promise<boolean> {
  const dues = duesOf(session, await rulesOf(tx, session), null);
  const latest = dues.findLast((due) => due.does === 'say' && due.at <= tx.at);
  return latest?.does === 'say' && latest.name !== name;
}

async function handToBot(tx: Tx, session: SessionRow, botId: string): Promise<void> {
  await releaseOperator(tx, session, 'bot');
  if (isWithOperator(session)) await updateSession(tx.db, session.id, { previous_operator_id: session.operator_id });
  await giveToBot(tx, session, botId);
  await tx.need({ need: 'botTakesOver', sessionId: session.id });
  if (!isWithOperator(session)) return;
  await tx.need({ need: 'serveHelp', organizationId: session.organization_id, cause: 'place freed' });
}
