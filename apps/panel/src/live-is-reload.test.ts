import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent } from './apply-event.ts';
import { type Conversation, emptyInbox, type InboxState } from './inbox-state.ts';
import { listOf } from './sessions/session.ts';
import { exampleUser, sessionId } from './testing/examples.ts';
import { ModelServer, type Published } from './testing/model-server.ts';

const me = exampleUser.id;
const acts = [
  (server: ModelServer, n: number) => server.start(n),
  (server: ModelServer, n: number) => server.clientWrites(n),
  (server: ModelServer, n: number) => server.clientWrites(n),
  (server: ModelServer, n: number) => server.operatorWrites(n),
  (server: ModelServer, n: number) => server.assign(n, me),
  (server: ModelServer, n: number) => server.assign(n, 102),
  (server: ModelServer, n: number) => server.backToHelp(n),
  (server: ModelServer, n: number) => server.close(n),
  (server: ModelServer, n: number) => server.rename(n),
  (server: ModelServer, n: number) => server.clientComesOrGoes(n),
  (server: ModelServer, n: number) => server.readByMe(n),
  (server: ModelServer, n: number) => server.readByClient(n),
] as const;

const act = fc.record({ act: fc.nat(acts.length - 1), session: fc.integer({ min: 1, max: 3 }) });
const script = fc.array(act, { minLength: 1, maxLength: 60 });
const run = (server: ModelServer, steps: { act: number; session: number }[]): Published[] =>
  steps.flatMap((step) => acts[step.act]?.(server, step.session) ?? []);

const lists = (sessions: Iterable<InboxState['sessions'][string]>) =>
  [...sessions].filter((s) => listOf(s, me) === 'mine' || listOf(s, me) === 'help').sort((a, b) => a.number - b.number);
const openId = sessionId(1);
const onScreen = (server: ModelServer): Conversation => ({
  messages: [...(server.messages.get(openId) ?? [])],
  phase: 'ready',
  hasOlder: false,
  hasGap: false,
});
const load = (server: ModelServer): InboxState => {
  const open = [...server.sessions.values()].filter(({ id }) => id === openId);
  return {
    ...emptyInbox,
    me: exampleUser,
    openId,
    sessions: Object.fromEntries([...lists(server.sessions.values()), ...open].map((one) => [one.id, one])),
    conversations: { [openId]: onScreen(server) },
  };
};
const picture = ({ sessions, conversations }: InboxState) => ({
  lists: lists(Object.values(sessions)),
  open: sessions[openId],
  conversations,
});
const apply = (state: InboxState, told: Published[]) => told.reduce((s, { event }) => applyEvent(s, me, event), state);

test('in the order of commits, live is what a reload would bring', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const server = new ModelServer(me, openId);
      const live = apply(load(server), run(server, steps));
      expect(picture(live)).toEqual(picture(load(server)));
    }),
    { numRuns: 400 },
  );
});

test('events that came while the state was loading may be in it already: applied again they change nothing', () => {
  fc.assert(
    fc.property(script, script, script, (before, meanwhile, later) => {
      const server = new ModelServer(me, openId);
      run(server, before);
      const buffered = run(server, meanwhile);
      const snapshot = load(server);
      const live = apply(apply(snapshot, buffered), run(server, later));
      expect(picture(live)).toEqual(picture(load(server)));
    }),
    { numRuns: 400 },
  );
});

test('the two feeds may run apart, as after a lost connection: the lists are the same in the end', () => {
  fc.assert(
    fc.property(script, fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (steps, turns) => {
      const server = new ModelServer(me);
      const told = run(server, steps);
      const queues = [
        told.filter((t) => t.feed === 'organization'),
        told.filter((t) => t.feed === 'personal'),
      ] as const;
      const order: Published[] = [];
      for (let i = 0; queues[0].length + queues[1].length > 0; i++) {
        const turn = turns[i % turns.length] ? 0 : 1;
        const next = queues[turn].shift() ?? queues[1 - turn]?.shift();
        if (next) order.push(next);
      }
      const live = apply(emptyInbox, order);
      expect(lists(Object.values(live.sessions))).toEqual(lists(server.sessions.values()));
    }),
    { numRuns: 5000 },
  );
});
