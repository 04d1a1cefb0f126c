import { both, type Cause, leaves, mine, nobody, open, waits, writes } from './acts.ts';

/** Its client comes and goes; its place in help. */
export const clients: Record<string, Cause> = {
  'its client goes': {
    given: mine,
    act: async (cast) => {
      await leaves(cast, 'client');
      await cast.later(30);
    },
    ...both,
  },
  'its client comes': {
    given: async (cast) => {
      await mine(cast);
      await leaves(cast, 'client');
      await cast.later(30);
    },
    act: async (cast) => {
      cast.lines.client = await cast.client.listen();
      await cast.server.settled();
    },
    ...both,
  },
  'its client comes in help': {
    given: async (cast) => {
      await waits(cast);
      await leaves(cast, 'client');
      await cast.later(30);
    },
    act: async (cast) => {
      cast.lines.client = await cast.client.listen();
      await cast.server.settled();
    },
    ...open,
  },
  'its place in help changes': {
    given: async (cast) => {
      await nobody(cast);
      await cast.otherClient.call('widgetSend', { body: { body: 'First' } });
      await writes(cast);
      await cast.later(3);
      await cast.otherClient.call('widgetFinish');
    },
    act: (cast) => cast.later(3),
  },
  'its client goes in help': {
    given: waits,
    act: async (cast) => {
      await leaves(cast, 'client');
      await cast.later(30);
    },
    ...open,
  },
};
