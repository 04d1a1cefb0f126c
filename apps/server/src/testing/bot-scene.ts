import type { ChangedChat, Script } from '@switchboard/protocol';
import { demo } from '../demo/seed.ts';
import { type Scene, sarahId } from './scene.ts';
import { say, theSession } from './table.ts';

const script: Script = {
  start: 'hello',
  steps: {
    hello: {
      say: 'What is it about?',
      buttons: [
        { text: 'An order', goTo: 'name' },
        { text: 'Sarah', goTo: 'sarah' },
        { text: 'Nothing', goTo: 'bye' },
      ],
      keywords: [{ words: ['refund', 'возврат'], goTo: 'refund' }],
    },
    refund: { say: 'Refunds take three days.', goTo: 'hello' },
    name: { say: 'Your name, please.', ask: 'name', goTo: 'phone' },
    phone: { say: 'And your phone?', ask: 'phone', goTo: 'people' },
    people: { say: 'One moment, please.', handOver: {} },
    sarah: { handOver: { operatorId: sarahId } },
    bye: { say: 'Goodbye!', close: true },
  },
};

/** The demo shop's channel has a bot with this script from now on. */
export async function givenBot({ admin }: Scene, rules: ChangedChat = {}, itsScript = script): Promise<string> {
  const { id } = await admin.call('createBot', { body: { organizationId: 24, name: 'Greeter', script: itsScript } });
  const plain: ChangedChat = {
    botId: id,
    whileBusy: 'help',
    whileOffline: 'help',
    afterClosing: 'lastOperator',
    groupId: null,
  };
  const body = { ...plain, hours: null, ...rules };
  await admin.call('changeChat', { params: { chatId: demo.channelId }, body });
  return id;
}

export const greeted = async (scene: Scene) => {
  await givenBot(scene);
  return say(scene);
};
const session = async (scene: Scene) => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });
const conversation = async (scene: Scene) => {
  const { items = [] } = await scene.client.call('widgetMessages', { query: { limit: 100 } });
  return items.map(({ authorType, body, keyboard, answers }) =>
    [authorType, body, ...keyboard.map(({ text }) => `[${text}]`), ...answers.map(({ text }) => `(${text})`)].join(' '),
  );
};
/** Says it all, and answers what was said by both and what the session is then. */
export const after = async (scene: Scene, ...words: string[]) => {
  for (const body of words) await say(scene, body);
  return { ...(await session(scene)), said: await conversation(scene) };
};
export const created = (count: number) => Array.from({ length: count }, () => 'client: chatMessageCreated');
export const menu = 'BOT What is it about? [An order] [Sarah] [Nothing]';
/** What everybody in scope hears when a session goes from the bot to an operator. */
export const switched = ['chatSessionUpdated', 'operatorStatusChanged', 'chatSessionSwitchedFromBotToOperator'];
