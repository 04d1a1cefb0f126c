import { both, type Cause, inMs, mine, one, open, opens, waits, withUser, writes } from './acts.ts';

/** Its end, its pause, its names and its second operators. */
export const sessions: Record<string, Cause> = {
  'an operator finishes it': {
    given: mine,
    act: async (cast) => cast.callers.second.call('finishSession', await one(cast)),
    ...both,
  },
  'its client finishes it': { given: mine, act: ({ client }) => client.call('widgetFinish'), ...both },
  'its client finishes it in help': { given: waits, act: ({ client }) => client.call('widgetFinish'), ...open },
  'its client is silent for too long': {
    given: async (cast) => {
      await cast.setChannel({ session_ttl: 300 });
      await mine(cast);
    },
    act: (cast) => cast.later(300),
    ...both,
  },
  'its client is banned': {
    given: mine,
    act: ({ callers, client }) => callers.john.call('banClient', { params: { clientId: client.clientId } }),
    ...both,
  },
  'its client is unbanned': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('banClient', { params: { clientId: cast.client.clientId } });
    },
    act: ({ callers, client }) => callers.john.call('unbanClient', { params: { clientId: client.clientId } }),
    ...both,
  },
  'a second operator is added': {
    given: async (cast) => {
      await writes(cast);
      await opens(cast);
    },
    act: async (cast) => cast.callers.john.call('addSessionOperator', await withUser(cast, 'second')),
    ...both,
    gets: 'second',
  },
  'a second operator is taken away': {
    given: mine,
    act: async (cast) => cast.callers.john.call('removeSessionOperator', await withUser(cast, 'second')),
    ...both,
    loses: 'second',
  },
  'it is renamed, or marked as spam or not': {
    given: mine,
    act: async (cast) => {
      const { params } = await one(cast);
      await cast.callers.john.call('renameSession', { params: { ...params, name: 'An order' } });
      await cast.callers.john.call('markSpam', { params });
      await cast.callers.john.call('markNotSpam', { params });
    },
    ...both,
  },
  'it is paused or woken': {
    given: mine,
    act: async (cast) => {
      await cast.callers.john.call('pauseSession', await one(cast));
      await cast.callers.john.call('resumeSession', await one(cast));
    },
    ...both,
  },
  'its pause ends': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('pauseSession', { ...(await one(cast)), body: { until: inMs(cast, 60_000) } });
    },
    act: (cast) => cast.later(60),
    ...both,
  },
  'its client writes while it is paused': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('pauseSession', await one(cast));
    },
    act: (cast) => writes(cast, 'And?'),
    ...both,
  },
  'its answer is late': {
    given: async (cast) => {
      await cast.setChannel({ timer_first_answer: 60 });
      await mine(cast);
    },
    act: (cast) => cast.later(60),
    ...both,
  },
};
