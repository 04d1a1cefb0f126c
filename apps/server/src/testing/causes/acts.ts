import type { WaitingSteps } from '@switchboard/protocol';
import { demo } from '../../demo/seed.ts';
import type { Cast, CastName, OperatorName } from '../cast.ts';

/** One thing that happens (docs/events.md), and who the people are that the table speaks of. */
export interface Cause {
  given?(cast: Cast): Promise<unknown>;
  act(cast: Cast): Promise<unknown>;
  /** Its operators, main and second, when it is told. */
  its?: OperatorName[];
  /** Who has it on the screen without being one of them. */
  open?: OperatorName[];
  gets?: OperatorName;
  loses?: OperatorName;
  /** Whom the act is about. */
  that?: OperatorName;
  /** Of a group: its members, and whoever leads. */
  hearing?: OperatorName[];
  /** Where the scope becomes another: who is in it then. */
  scopeAfter?: OperatorName[];
}

export const sessionOf = async ({ callers, client }: Cast): Promise<string> => {
  const { items = [] } = await callers.admin.call('sessions', { query: { clientId: client.clientId, limit: 1 } });
  if (!items[0]) throw new Error('the client has no session');
  return items[0].id;
};
export const firstAnswer = async ({ callers, ...cast }: Cast): Promise<string> => {
  const { items = [] } = await callers.admin.call('messages', await one({ callers, ...cast }));
  return items.find(({ authorType }) => authorType === 'OPERATOR')?.id ?? '';
};
export const lastMessage = async (cast: Cast): Promise<string> =>
  (await cast.callers.admin.call('session', { params: { sessionId: await sessionOf(cast) } })).lastMessage?.id ?? '';

export const writes = ({ client }: Cast, body = 'Hello') => client.call('widgetSend', { body: { body } });
export const one = async (cast: Cast) => ({ params: { sessionId: await sessionOf(cast) } });
export const withUser = async (cast: Cast, name: OperatorName) => ({
  params: { sessionId: await sessionOf(cast), userId: cast.ids[name] },
});
export const answers = async ({ callers, ...cast }: Cast, body = 'Yes?') =>
  callers.john.call('sendMessage', { ...(await one({ callers, ...cast })), body: { body } });
export const nobody = (cast: Cast) => cast.callers.john.call('pause');
export const opens = async (cast: Cast) => cast.callers.watcher.call('watchSession', await one(cast));

/** John has it, with a second operator; a colleague has it open. */
export async function mine(cast: Cast): Promise<void> {
  await writes(cast);
  await cast.callers.john.call('addSessionOperator', await withUser(cast, 'second'));
  await opens(cast);
}
export async function answered(cast: Cast): Promise<void> {
  await mine(cast);
  await answers(cast);
}
export async function closedAfterAnswer(cast: Cast): Promise<void> {
  await answered(cast);
  await cast.callers.john.call('finishSession', await one(cast));
}
const johns = async (cast: Cast, messageId: string) => ({ params: { ...(await one(cast)).params, messageId } });
export const edits = async (cast: Cast, messageId: string) =>
  cast.callers.john.call('editMessage', { ...(await johns(cast, messageId)), body: { body: 'No?' } });
export const deletes = async (cast: Cast, messageId: string) =>
  cast.callers.john.call('deleteMessage', await johns(cast, messageId));
export const clientReads = async (cast: Cast) =>
  cast.client.call('widgetRead', { body: { messageId: await lastMessage(cast) } });
export const johnReads = async (cast: Cast) =>
  cast.callers.john.call('readSession', { ...(await one(cast)), body: { messageId: await lastMessage(cast) } });
/** Nobody is free: it waits; a colleague has it open. */
export async function waits(cast: Cast): Promise<void> {
  await nobody(cast);
  await writes(cast);
  await opens(cast);
}
export async function withBot(cast: Cast): Promise<void> {
  await cast.setChannel({ bot_id: cast.botId });
  await writes(cast);
  await opens(cast);
}
/** With a bot that no channel names any more. */
export async function withPassingBot(cast: Cast): Promise<void> {
  const script = { start: 'hello', steps: { hello: { say: 'Hello!', buttons: [{ text: 'Again', goTo: 'hello' }] } } };
  const body = { organizationId: demo.organizationId, name: 'Passing', script };
  await cast.setChannel({ bot_id: (await cast.callers.admin.call('createBot', { body })).id });
  await writes(cast);
  await opens(cast);
  await cast.setChannel({ bot_id: null });
}
export async function deletesPassingBot({ callers }: Cast): Promise<void> {
  const { items = [] } = await callers.admin.call('bots', { query: { keyword: 'Passing' } });
  for (const { id } of items) await callers.admin.call('deleteBot', { params: { botId: id } });
}
/** A first message would go to the bot. */
export async function wroteBefore(cast: Cast): Promise<void> {
  await writes(cast);
  await cast.client.call('widgetFinish');
}
/** The bot of the channel stands in where nobody is free. */
export async function knownToBot(cast: Cast): Promise<void> {
  await wroteBefore(cast);
  const change = { bot_id: cast.botId, after_closing: 'help', while_busy: 'bot', while_offline: 'bot' };
  await cast.setChannel(change);
}
export const says = (cast: Cast, kind: keyof WaitingSteps, step: object = { text: { default: 'It takes a while.' } }) =>
  cast.setChannel({
    bot_id: cast.botId,
    after_closing: 'help',
    waiting_steps: JSON.stringify({ [kind]: [{ afterSeconds: 30, ...step }] }),
  });
/** It is done, and the connections that it sent away are there again. */
export async function sendsAway(cast: Cast, names: OperatorName[], act: () => Promise<unknown>): Promise<void> {
  const back = names.map((name) => cast.lines[name].connected());
  await act();
  await Promise.all(back);
  await cast.server.settled();
}
export const leads = ['supervisor', 'admin'] satisfies OperatorName[];
export const sarahWorks = (cast: Cast) => cast.callers.sarah.call('activate');
export const both = { its: ['john', 'second'], open: ['watcher'] } satisfies Partial<Cause>;
export const open = { open: ['watcher'] } satisfies Partial<Cause>;
export const fromJohnToSarah = {
  its: ['sarah', 'second'],
  ...open,
  loses: 'john',
  gets: 'sarah',
} satisfies Partial<Cause>;
export const inMs = (cast: Cast, ms: number): string => new Date(cast.server.clock.now() + ms).toISOString();

export async function leaves(cast: Cast, name: CastName): Promise<void> {
  const stats = () => cast.server.live.server.stats().connections;
  const left = stats() - 1;
  cast.lines[name].close();
  while (stats() > left) await new Promise((resolve) => setImmediate(resolve));
  await cast.server.settled();
}

const awaySeconds = 180;
/** For longer than the grace; at the end they are there again. */
export async function staysAway(cast: Cast): Promise<void> {
  await cast.later(awaySeconds);
  const back = cast.lines.john.connected();
  cast.lines.john.centrifuge.connect();
  await back;
  await cast.server.settled();
}
