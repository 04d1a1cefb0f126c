import { demo } from '../../demo/seed.ts';
import {
  both,
  type Cause,
  deletesPassingBot,
  fromJohnToSarah,
  knownToBot,
  leaves,
  mine,
  nobody,
  one,
  open,
  sarahWorks,
  says,
  sessionOf,
  staysAway,
  waits,
  withBot,
  withPassingBot,
  withUser,
  writes,
  wroteBefore,
} from './acts.ts';

/** Who has the session. */
export const hands: Record<string, Cause> = {
  'a first message, somebody is free': { act: writes, its: ['john'], gets: 'john' },
  'a first message, nobody is free': { given: nobody, act: writes },
  'a first message, the channel has a bot': {
    given: (cast) => cast.setChannel({ bot_id: cast.botId }),
    act: writes,
  },
  'a message after closing, all are full or paused, the bot stands in': {
    given: async (cast) => {
      await knownToBot(cast);
      await nobody(cast);
    },
    act: writes,
  },
  'a message after closing, nobody is there, the bot stands in': {
    given: async (cast) => {
      await knownToBot(cast);
      await cast.setChannel({ hours: JSON.stringify({ timeZone: 'Europe/Kyiv', week: {} }) });
    },
    act: writes,
  },
  'a first message of somebody whom an operator knows': {
    given: async (cast) => {
      await sarahWorks(cast);
      await nobody(cast);
      await writes(cast);
      await cast.client.call('widgetFinish');
      await cast.callers.john.call('activate');
    },
    act: writes,
    its: ['sarah'],
    gets: 'sarah',
  },
  'the bot answers': { given: withBot, act: (cast) => writes(cast, 'What?'), ...open },
  'the bot hands over, somebody is free': {
    given: withBot,
    act: (cast) => writes(cast, 'people'),
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'the bot hands over, nobody is free': {
    given: async (cast) => {
      await nobody(cast);
      await withBot(cast);
    },
    act: (cast) => writes(cast, 'people'),
    ...open,
  },
  'the bot wants to hand over, nobody is free, and it stands in': {
    given: async (cast) => {
      await nobody(cast);
      await withBot(cast);
      await cast.setChannel({ while_busy: 'bot' });
    },
    act: (cast) => writes(cast, 'people'),
    ...open,
  },
  'the bot closes it': { given: withBot, act: (cast) => writes(cast, 'bye'), ...open },
  'an operator takes it from help': {
    given: waits,
    act: async (cast) => cast.callers.sarah.call('takeSession', await one(cast)),
    its: ['sarah'],
    gets: 'sarah',
  },
  'a supervisor takes it from a colleague': {
    given: mine,
    act: async (cast) => cast.callers.supervisor.call('takeSession', { ...(await one(cast)), body: { force: true } }),
    ...fromJohnToSarah,
    its: ['supervisor', 'second'],
    gets: 'supervisor',
  },
  'somebody becomes free while it waits': {
    given: waits,
    act: (cast) => cast.callers.sarah.call('activate'),
    its: ['sarah'],
    gets: 'sarah',
  },
  'a transfer to an operator': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) => cast.callers.john.call('transferSession', await withUser(cast, 'sarah')),
    ...fromJohnToSarah,
  },
  'a transfer with a note': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      cast.callers.john.call('transferSession', { ...(await withUser(cast, 'sarah')), body: { note: 'Knows it' } }),
    ...fromJohnToSarah,
  },
  'a transfer to a group, somebody is free there': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      cast.callers.john.call('transferToGroup', {
        params: { sessionId: await sessionOf(cast), groupId: cast.otherGroupId },
      }),
    ...fromJohnToSarah,
    scopeAfter: ['sarah', 'second', 'outsider', 'supervisor', 'admin'],
  },
  'a transfer to a group, nobody is free there': {
    given: mine,
    act: async (cast) =>
      cast.callers.john.call('transferToGroup', {
        params: { sessionId: await sessionOf(cast), groupId: cast.otherGroupId },
      }),
    its: ['second'],
    ...open,
    loses: 'john',
    scopeAfter: ['sarah', 'second', 'outsider', 'supervisor', 'admin'],
  },
  'an operator takes it from the bot': {
    given: withBot,
    act: async (cast) => cast.callers.john.call('takeSession', await one(cast)),
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'its bot is deleted, somebody is free': {
    given: withPassingBot,
    act: deletesPassingBot,
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'its bot is deleted, nobody is free': {
    given: async (cast) => {
      await nobody(cast);
      await withPassingBot(cast);
    },
    act: deletesPassingBot,
    ...open,
  },
  'an operator hands it to the bot': {
    given: async (cast) => {
      await mine(cast);
      await cast.setChannel({ bot_id: cast.botId });
    },
    act: async (cast) => cast.callers.john.call('handToBot', await one(cast)),
    its: ['second'],
    ...open,
    loses: 'john',
  },
  'its operator is idle for too long': {
    given: async (cast) => {
      await cast.setChannel({ allowable_idle: 60 });
      await mine(cast);
      await sarahWorks(cast);
    },
    act: (cast) => cast.later(60),
    ...fromJohnToSarah,
  },
  'its operator is away for too long': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
      await leaves(cast, 'john');
      await cast.later(30);
    },
    act: staysAway,
    ...fromJohnToSarah,
  },
  'its operator is away for too long, nobody is free': {
    given: async (cast) => {
      await mine(cast);
      await nobody(cast);
      await leaves(cast, 'john');
      await cast.later(30);
    },
    act: staysAway,
    its: ['second'],
    loses: 'john',
  },
  'its operator is deactivated or deleted, nobody is free': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('operatorStatus', { body: { id: demo.operatorId, status: 1 } }),
    its: ['second'],
    ...open,
    loses: 'john',
    that: 'john',
  },
  'its client waits in help, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forOperator');
      await waits(cast);
    },
    act: (cast) => cast.later(30),
    ...open,
  },
  'its client waits for an answer, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forAnswer');
      await mine(cast);
    },
    act: (cast) => cast.later(30),
    ...both,
  },
  'its client waits for an answer, and a step of the channel hands it to the bot': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forAnswer', { toBot: true });
      await mine(cast);
    },
    act: (cast) => cast.later(30),
    its: ['second'],
    ...open,
    loses: 'john',
  },
  'it is paused, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'onHold');
      await mine(cast);
      await cast.callers.john.call('pauseSession', await one(cast));
    },
    act: (cast) => cast.later(30),
    ...both,
  },
  'its operator is deactivated or deleted': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      (await cast.server.asCompany()).call('operatorStatus', { body: { id: demo.operatorId, status: 1 } }),
    ...fromJohnToSarah,
    that: 'john',
  },
};
