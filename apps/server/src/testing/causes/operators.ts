import { demo } from '../../demo/seed.ts';
import { type Cause, leaves } from './acts.ts';

/** Operators' own: presence, sign-ins. */
export const operators: Record<string, Cause> = {
  'an operator signs out': { act: ({ callers }) => callers.outsider.call('logout'), that: 'outsider' },
  'an operator signs in elsewhere': {
    given: async (cast) => {
      cast.lines.john.close();
      cast.lines.john = await (await cast.server.asSignedIn(demo.operatorEmail)).listen();
      await cast.server.settled();
    },
    act: async (cast) => {
      const line = await (await cast.server.asSignedIn(demo.operatorEmail)).listen();
      await cast.lines.john.disconnected;
      line.close();
    },
    that: 'john',
  },
  'an operator pauses or is back': { act: ({ callers }) => callers.outsider.call('activate'), that: 'outsider' },
  'an operator connects': {
    given: async (cast) => {
      await leaves(cast, 'outsider');
      await cast.later(30);
    },
    act: async (cast) => {
      const back = cast.lines.outsider.connected();
      cast.lines.outsider.centrifuge.connect();
      await back;
      await cast.server.settled();
    },
    that: 'outsider',
  },
  'an operator is gone, and their grace is over': {
    given: (cast) => leaves(cast, 'outsider'),
    act: (cast) => cast.later(30),
    that: 'outsider',
  },
  'an operator gets a new password': {
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeUser', {
        params: { userId: cast.ids.outsider },
        body: { password: 'another-password' },
      }),
    that: 'outsider',
  },
};
