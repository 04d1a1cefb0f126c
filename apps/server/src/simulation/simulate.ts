import { feedOf } from '../events/feeds.ts';
import { tidy } from '../housekeeping.ts';
import { sendClientMessage } from '../messages/send-client-message.ts';
import { checkInvariants } from '../routing/invariants.ts';
import { finishOwnSession, finishSession } from '../sessions/finish-session.ts';
import { Desk } from './desk.ts';
import { type Draws, drawDay } from './draws.ts';
import { Mirror, type Visit } from './mirror.ts';
import type { Duty, Pattern } from './patterns.ts';
import { type Place, type Stage, setStage } from './stage.ts';
import { Starvation } from './starvation.ts';
import { Timeline } from './timeline.ts';

export interface Day {
  pattern: Pattern;
  draws: Draws;
  desks: Desk[];
  visits: Visit[];
  abandoned: Set<Visit>;
  starved: Set<Visit>;
  overtaken: number;
  overCapacity: number;
  /** Of the checker, over all looks: `rule ids`. */
  violations: Set<string>;
  seconds: number;
}

export interface Options {
  seed: number;
  sessions: number;
  /** How often the checker looks over the day. */
  looks?: number;
  /** Else SQLite in a folder of its own. */
  place?: Place;
  progress?(share: number): void;
}

type Act = () => Promise<unknown>;

const secondMs = 1000;
const hourMs = 3600_000;
const offlineRetryMs = 5000;
// The last ones are served by then, or were forgotten.
const drainMs = 6 * hourMs;

/** One day of a pattern against the whole server, by the actions that the endpoints call, moment by moment. */
export async function simulate(pattern: Pattern, options: Options): Promise<Day> {
  const { seed, sessions, looks = 100, place, progress } = options;
  const began = performance.now();
  const draws = drawDay(pattern, { seed, sessions });
  await using stage = await setStage(pattern, { sessions, place, groupOf: (client) => draws.groups[client] ?? 0 });
  const { server, clock } = stage;
  const { app } = server;
  const startedAt = clock.at;
  const desks = pattern.operators.flatMap((shape, index) => {
    const actor = stage.operators[index];
    return actor ? new Desk(stage, actor, shape) : [];
  });
  const mirror = mirrorOf(stage, desks);
  const starvation = new Starvation(mirror, desks);
  const timeline = new Timeline<Act>();
  const abandoned = new Set<Visit>();
  const violations = new Set<string>();

  const arrive = async (client: number): Promise<void> => {
    const actor = stage.clients[client];
    if (!actor) throw new Error('more come than there are');
    const { message } = await sendClientMessage(app, actor, { body: 'Hello' });
    timeline.add(clock.at + (draws.patiences[client] ?? 0), async () => {
      const visit = mirror.visits.get(message.sessionId);
      if (!visit) throw new Error('no feed told of a session');
      if (visit.firstAnsweredAt !== null || visit.closedAt !== null) return;
      abandoned.add(visit);
      await finishOwnSession(app, actor);
    });
  };

  const left = new Map<Visit, { ms: number; from: number }>();
  /** Another operator goes on where the one before stopped. */
  const beginService = (visit: Visit): void => {
    const before = left.get(visit);
    const ms = before ? Math.max(0, before.ms - (clock.at - before.from)) : (draws.services[visit.client] ?? 0);
    left.set(visit, { ms, from: clock.at });
    const { hands } = visit;
    timeline.add(clock.at + ms, () => endService(visit, hands));
  };
  const endService = async (visit: Visit, hands: number): Promise<void> => {
    // It went to others meanwhile, or its client left.
    if (visit.hands !== hands) return;
    const desk = desks.find(({ actor }) => actor.operatorId === visit.operatorId);
    if (!desk) throw new Error('a session is with an operator whom nobody knows');
    if (!desk.isOnline) return timeline.add(clock.at + offlineRetryMs, () => endService(visit, hands));
    desk.served++;
    await finishSession(app, desk.actor, { sessionId: visit.sessionId, result: null });
  };

  const goHomeWhenDone = async (desk: Desk): Promise<void> => {
    if (desk.isGoingHome && mirror.holds(desk.actor.operatorId) === 0) await desk.goOnline(false);
  };
  const fulfil = async (desk: Desk, duty: Duty): Promise<void> => {
    if (duty.does === 'come') return desk.goOnline(true);
    if (duty.does === 'goHome') {
      desk.isGoingHome = true;
      return desk.pause(true);
    }
    if (desk.isGoingHome) return;
    if (duty.does !== 'away') return desk.pause(duty.does === 'pause');
    if (!desk.isOnline) return;
    await desk.goOnline(false);
    timeline.add(clock.at + Math.round(duty.seconds * secondMs), async () => {
      await desk.goOnline(true);
      if (desk.isGoingHome) await desk.pause(true);
    });
  };

  const look = async (): Promise<void> => {
    for (const { rule, ids } of await checkInvariants(app)) violations.add(`${rule} ${ids.join(' ')}`);
  };
  const follow = async (): Promise<void> => {
    const { given, closed } = await mirror.follow(clock.at);
    given.forEach(beginService);
    for (const desk of desks) await goHomeWhenDone(desk);
    starvation.look(clock.at);
    if (closed.length > 0) progress?.(mirror.closed / sessions);
  };

  for (const [client, at] of draws.arrivals.entries()) timeline.add(startedAt + at, () => arrive(client));
  for (const [index, desk] of desks.entries()) {
    for (const duty of draws.duties[index] ?? [])
      timeline.add(startedAt + Math.round(duty.at * draws.dayMs), () => fulfil(desk, duty));
  }
  // A session makes three steps: it comes, patience would end, service ends.
  const lookEvery = Math.max(1, Math.round((3 * sessions) / looks));
  const end = startedAt + draws.dayMs + drainMs;
  let [tickedAt, tidiedAt] = [startedAt, startedAt];
  for (let steps = 1, next = timeline.take(); next && next.at <= end; next = timeline.take(), steps++) {
    starvation.until(next.at);
    clock.at = next.at;
    // The server's own timers, which would fire each second.
    if (clock.at - tickedAt >= secondMs) {
      tickedAt = clock.at;
      await server.tick();
      await server.settled();
      await follow();
    }
    await next.what();
    await follow();
    if (steps % lookEvery === 0) await look();
    if (clock.at - tidiedAt >= hourMs) {
      // A day's events would fill the memory disk, and nobody reads them again.
      tidiedAt = clock.at;
      await tidy(app, { eventHours: 1, dialect: server.database.dialect });
    }
  }
  await look();
  for (const desk of desks) desk.endDay();
  const visits = [...mirror.visits.values()];
  const forgotten = visits.filter(({ closedAt }) => closedAt === null);
  const { overtaken, overCapacity } = mirror;
  return {
    ...{ pattern, draws, desks, visits, abandoned, violations, overtaken, overCapacity },
    starved: new Set([...starvation.starved, ...forgotten]),
    seconds: (performance.now() - began) / 1000,
  };
}

function mirrorOf({ server, organizationId, groupIds, clients }: Stage, desks: Desk[]): Mirror {
  const feeds = groupIds.length > 0 ? groupIds.map(feedOf.group) : [feedOf.organization(organizationId)];
  return new Mirror(server.app.read, feeds, {
    capacity: new Map(desks.map(({ actor, maxSessions }) => [actor.operatorId, maxSessions])),
    clientIndex: new Map(clients.map(({ clientId }, index) => [clientId, index])),
  });
}
