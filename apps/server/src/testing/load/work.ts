import type { Message, Session } from '@switchboard/protocol';
import { ApiError } from '@switchboard/sdk';
import { listOf } from '../../../../panel/src/sessions/session.ts';
import type { Random } from '../../simulation/random.ts';
import { draw, oneOf } from './draw.ts';
import type { Seat } from './seat.ts';
import { isDown, untilStored } from './until-stored.ts';
import type { World } from './world.ts';

interface Desk {
  seat: Seat;
  world: World;
  random: Random;
  written: Message[];
}

/** Undefined: there was nothing to do it to. */
type Act = (desk: Desk) => Promise<unknown> | undefined;

const sessionsIn = ({ seat }: Desk, list: 'help' | 'mine'): Session[] =>
  Object.values(seat.inbox().sessions).filter((session) => listOf(session, seat.id) === list);
const onOne =
  (list: 'help' | 'mine', act: (desk: Desk, session: Session) => Promise<unknown> | undefined): Act =>
  (desk) => {
    const session = oneOf(desk.random, sessionsIn(desk, list));
    return session && act(desk, session);
  };
const onOneIn =
  (status: string, act: (desk: Desk, sessionId: string) => Promise<unknown>): Act =>
  (desk) => {
    const some = sessionsIn(desk, 'mine').filter((session) => session.status === status);
    const session = oneOf(desk.random, some);
    return session && act(desk, session.id);
  };
const colleague = ({ seat, world, random }: Desk): number =>
  oneOf(
    random,
    world.seats.filter(({ id }) => id !== seat.id),
  )?.id ?? 0;

const take: Act = (desk) => {
  // The oldest, as everybody does: several want the same.
  const [session] = sessionsIn(desk, 'help').sort((one, other) => one.number - other.number);
  return session && desk.seat.call('takeSession', { params: { sessionId: session.id } });
};

const answer = onOne('mine', async ({ seat, written }, { id: sessionId }) => {
  await seat.open(sessionId);
  const localId = `o${seat.id}-${written.length + 1}-${sessionId}`;
  const body = { body: `answer ${localId}`, localId };
  written.push(await untilStored(() => seat.call('sendMessage', { params: { sessionId }, body })));
});

const finish = onOne('mine', async ({ seat, world }, { id: sessionId }) => {
  await seat.call('finishSession', { params: { sessionId } });
  world.finished.add(sessionId);
});

const transfer =
  (force: boolean) =>
  (desk: Desk, { id: sessionId }: Session) => {
    const note = desk.random.next() < 0.3 ? 'Knows the order by heart' : null;
    return desk.seat.call('transferSession', {
      params: { sessionId, userId: colleague(desk) },
      body: { force, note },
    });
  };

const toGroup = (desk: Desk, { id: sessionId }: Session) =>
  desk.seat.call('transferToGroup', {
    params: { sessionId, groupId: oneOf(desk.random, desk.world.groupIds) ?? 0 },
    body: {},
  });

/** For a while, or until somebody wakes it. On a busy machine the while may be over before it is asked for. */
const pauseSession = async ({ seat, random }: Desk, sessionId: string): Promise<unknown> => {
  const until = random.next() < 0.5 ? new Date(Date.now() + 1000 + random.exponential(3000)).toISOString() : null;
  return seat.call('pauseSession', { params: { sessionId }, body: { until } }).catch((error: unknown) => {
    const isOver = error instanceof ApiError && error.details.some(({ path }) => path === '/until');
    if (!isOver || Date.now() <= Date.parse(until ?? '')) throw error;
  });
};

const removeColleague: Act = (desk) => {
  const places = sessionsIn(desk, 'mine').flatMap(({ id: sessionId, operators }) =>
    operators.flatMap(({ id: userId, type }) => (type === 'SECOND' ? [{ sessionId, userId }] : [])),
  );
  const params = oneOf(desk.random, places);
  return params && desk.seat.call('removeSessionOperator', { params });
};

/** For those who lead, who see more than what their screen lists. */
const takeByForce: Act = ({ seat, random }) => {
  if (!seat.leads) return undefined;
  return seat.call('sessions', { query: { status: 'ACTIVE,PAUSED', limit: 50 } }).then(({ items = [] }) => {
    const session = oneOf(random, items);
    return session && seat.call('takeSession', { params: { sessionId: session.id }, body: { force: true } });
  });
};

/** The cable is cut, or pulled for longer than every grace; whoever is cut off does nothing meanwhile. */
const dropNetwork: Act = async ({ seat, world, random }) => {
  if (random.next() < 0.5) return seat.cable.cut();
  seat.cable.pull();
  await world.rest(random.exponential(2500));
  seat.cable.plug();
};

const acts = {
  take: [25, take],
  takeByForce: [15, takeByForce],
  answer: [30, answer],
  finish: [26, finish],
  transfer: [7, onOne('mine', transfer(false))],
  transferByForce: [3, onOne('mine', transfer(true))],
  transferFromHelp: [2, onOne('help', transfer(true))],
  transferToGroup: [4, onOne('mine', toGroup)],
  pauseSession: [4, onOneIn('ACTIVE', pauseSession)],
  resumeSession: [3, onOneIn('PAUSED', ({ seat }, sessionId) => seat.call('resumeSession', { params: { sessionId } }))],
  addColleague: [
    4,
    onOne('mine', (desk, { id: sessionId }) =>
      desk.seat.call('addSessionOperator', { params: { sessionId, userId: colleague(desk) } }),
    ),
  ],
  removeColleague: [3, removeColleague],
  read: [
    4,
    onOne('mine', ({ seat }, { id: sessionId, lastMessage }) =>
      lastMessage
        ? seat.call('readSession', { params: { sessionId }, body: { messageId: lastMessage.id } })
        : undefined,
    ),
  ],
  pause: [2, ({ seat }) => seat.call('pause')],
  activate: [5, ({ seat }) => seat.call('activate')],
  dropNetwork: [1.5, dropNetwork],
} satisfies Record<string, [weight: number, act: Act]>;

type ActName = keyof typeof acts;
const weights = Object.fromEntries(Object.entries(acts).map(([name, [weight]]) => [name, weight])) as Record<
  ActName,
  number
>;

/** What somebody may be told who acts on what they saw a moment ago. */
const understood = new Set([
  'already_taken',
  'already_theirs',
  'conflict',
  'not_active',
  'not_found',
  'not_in_help',
  'not_paused',
  'not_your_session',
  'operator_full',
  'operator_unavailable',
  'session_closed',
]);

const paceMs = 800;

/** One thing after the other, on what the screen shows, until all is over. */
export async function work(seat: Seat, world: World): Promise<void> {
  const random = world.randomFor(seat.id);
  const written: Message[] = [];
  world.acknowledged.push(written);
  const desk: Desk = { seat, world, random, written };
  while (!world.isOver()) {
    await world.rest(random.exponential(paceMs));
    const name = draw(random, weights);
    const outcome = await outcomeOf(acts[name][1](desk));
    const key = `${name}: ${outcome}`;
    world.outcomes.set(key, (world.outcomes.get(key) ?? 0) + 1);
  }
}

async function outcomeOf(acting: Promise<unknown> | undefined): Promise<string> {
  if (acting === undefined) return 'nothing to do';
  try {
    await acting;
    return 'done';
  } catch (error) {
    if (isDown(error)) return 'no answer';
    if (!(error instanceof ApiError) || !understood.has(error.code)) throw error;
    return error.code;
  }
}
