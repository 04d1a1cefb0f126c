import {
  answered,
  answers,
  both,
  type Cause,
  clientReads,
  closedAfterAnswer,
  deletes,
  edits,
  firstAnswer,
  johnReads,
  lastMessage,
  mine,
  one,
  open,
  waits,
  writes,
} from './acts.ts';

/** What is said, corrected and read. */
export const messages: Record<string, Cause> = {
  'its client writes': { given: answered, act: (cast) => writes(cast, 'And?'), ...both },
  'its client writes in help': { given: waits, act: (cast) => writes(cast, 'And?'), ...open },
  'an operator writes': { given: answered, act: (cast) => answers(cast, 'One moment'), ...both },
  'its client writes, and the time for an answer begins': {
    given: async (cast) => {
      await cast.setChannel({ timer_next_answers: 60 });
      await answered(cast);
    },
    act: (cast) => writes(cast, 'And?'),
    ...both,
  },
  'an operator writes while an answer is due': {
    given: async (cast) => {
      await cast.setChannel({ timer_first_answer: 60 });
      await mine(cast);
    },
    act: (cast) => answers(cast),
    ...both,
  },
  'who leads writes a note in help': {
    given: waits,
    act: async (cast) =>
      cast.callers.supervisor.call('sendMessage', { ...(await one(cast)), body: { body: 'Old order', type: 'NOTE' } }),
    ...open,
  },
  'an operator writes a note': {
    given: answered,
    act: async (cast) =>
      cast.callers.second.call('sendMessage', { ...(await one(cast)), body: { body: 'Knows it', type: 'NOTE' } }),
    ...both,
  },
  'an operator edits its last message': {
    given: answered,
    act: async (cast) => edits(cast, await lastMessage(cast)),
    ...both,
  },
  'an operator edits an older message': {
    given: async (cast) => {
      await answered(cast);
      await answers(cast, 'One moment');
    },
    act: async (cast) => edits(cast, await firstAnswer(cast)),
    ...both,
  },
  'its main operator edits its last message after closing': {
    given: closedAfterAnswer,
    act: async (cast) => edits(cast, await lastMessage(cast)),
    ...both,
  },
  'an operator deletes its last message': {
    given: answered,
    act: async (cast) => deletes(cast, await lastMessage(cast)),
    ...both,
  },
  'an operator deletes an older message': {
    given: async (cast) => {
      await answered(cast);
      await answers(cast, 'One moment');
    },
    act: async (cast) => deletes(cast, await firstAnswer(cast)),
    ...both,
  },
  'its client has read': { given: answered, act: clientReads, ...both },
  'its client has read, in help': { given: waits, act: clientReads, ...open },
  'its client has read, after closing': { given: closedAfterAnswer, act: clientReads, ...both },
  'an operator has read': { given: mine, act: johnReads, ...both },
  'an operator has read, after closing': {
    given: async (cast) => {
      await mine(cast);
      await cast.client.call('widgetFinish');
    },
    act: johnReads,
    ...both,
  },
  'its client types': { given: mine, act: ({ client }) => client.call('widgetTyping'), ...both },
  'an operator types': {
    given: mine,
    act: async (cast) => cast.callers.second.call('typing', await one(cast)),
    ...both,
    that: 'second',
  },
};
