import type { Script } from '@switchboard/protocol';
import { updateClient } from '../clients/client.store.ts';
import type { Tx } from '../events/transaction.ts';
import { sayBusyOnce } from '../messages/say-busy.ts';
import { storeMessage } from '../messages/store-message.ts';
import { closeSession } from '../sessions/change-controller.ts';
import { botKeepsIt } from '../sessions/choose-controller.ts';
import { getSession, type SessionInContext, updateSession } from '../sessions/session.store.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';
import { type BotRow, findBotOfSession } from './bot.store.ts';
import { handToPeople, peopleWanted } from './hand-to-people.ts';
import type { Leaving, Said, ScriptState, Turn } from './script.ts';
import { storeBotMessage } from './store-bot-message.ts';

type Decide = (script: Script, state: ScriptState | null) => Turn;
type Bot = BotRow & { company_id: number };

/** The script decides; what it decides is done in the transaction of what it answers. Locked: organization, session. */
export async function takeTurn(tx: Tx, session: SessionInContext, decide: Decide): Promise<void> {
  const bot = await findBotOfSession(tx.db, session);
  if (!bot) return giveUp(tx, session, new Error('the bot is gone'));
  const turn = decided(bot, session, decide);
  if (turn instanceof Error) return giveUp(tx, session, turn);
  const { says, learns, next } = turn;
  if (learns) await updateClient(tx.db, session.client_id, { [learns.field]: learns.value });
  if ('handsOver' in next) return leave(tx, session, bot, says, next);
  await say(tx, session, bot, says);
  if ('waits' in next) return wait(tx, session, next.waits);
  await closeSession(tx, session, { by: 'BOT', result: null });
}

/** The one place where a script may break. It breaks its own turn, never the client's message. */
function decided(bot: Bot, session: SessionInContext, decide: Decide): Turn | Error {
  try {
    const state = session.bot_state === null ? null : (JSON.parse(session.bot_state) as ScriptState);
    return decide(JSON.parse(bot.script) as Script, state);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** To people; or it stays and offers its last choice again, where nobody is there and the channel wants it so. */
async function leave(tx: Tx, session: SessionInContext, bot: Bot, says: Said[], next: Leaving): Promise<void> {
  const wanted = await peopleWanted(tx, session, bot.company_id, next.handsOver);
  if (!next.back || wanted.operator || !(await botKeepsIt(tx, session.channel_id, wanted.groupId))) {
    await say(tx, session, bot, says);
    return handToPeople(tx, session, 'bot', wanted);
  }
  // Nobody comes, so nobody is announced.
  await say(tx, session, bot, next.announced ? says.slice(0, -1) : says);
  await sayBusyOnce(tx, session);
  await say(tx, session, bot, next.back.says);
  await wait(tx, session, next.back.waits);
}

async function say(tx: Tx, { id, control_epoch }: SessionInContext, bot: Bot, says: Said[]): Promise<void> {
  for (const said of says) await storeBotMessage(tx, { sessionId: id, controlEpoch: control_epoch }, bot, said);
}

async function wait(tx: Tx, { id }: SessionInContext, state: ScriptState): Promise<void> {
  await updateSession(tx.db, id, { bot_state: JSON.stringify(state) });
  await tellSessionUpdated(tx, id);
}

/** The client is told once, and people have it. */
async function giveUp(tx: Tx, session: SessionInContext, why: Error): Promise<void> {
  tx.warn({ botId: session.bot_id, sessionId: session.id, error: why.name, at: placeOf(why) }, 'bot.failed');
  await updateSession(tx.db, session.id, { bot_status: 'FAILED', bot_state: JSON.stringify({ failed: String(why) }) });
  const failed = await getSession(tx.db, session.id);
  await storeMessage(tx, failed, { type: 'SYSTEM', id: null, name: failed.channel_name }, { body: failedWords });
  await handToPeople(tx, failed, 'bot failed');
}

/** Where it broke; the error's own words may quote the script or a client. */
const placeOf = ({ stack = '', message }: Error): string[] =>
  stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .slice(1, 4)
    .map((frame) => frame.trim());

const failedWords = 'The bot cannot go on. A person will answer you here.';
