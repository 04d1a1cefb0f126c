import type { OperatorActor } from '../actor.ts';
import { feedOf } from '../events/feeds.ts';
import { tidy } from '../housekeeping.ts';
import { sendClientMessage } from '../messages/send-client-message.ts';
import { lockOrganizationOf, setOnline, setPaused } from '../operators/operator-presence.ts';
import { checkInvariants } from '../routing/invariants.ts';
import { finishOwnSession, finishSession } from '../sessions/finish-session.ts';
import { type Draws, drawDay } from './draws.ts';
import { Mirror, type Visit } from './mirror.ts';
import type { Duty, Pattern } from './patterns.ts';
import { type Stage, setStage } from './stage.ts';
import { Timeline } from './timeline.ts';

export interface Desk {
  actor: OperatorActor;
  maxSessions: number;
  groupIds: number[];
  online: boolean;
  paused: boolean;
  isGoingHome: boolean;
  /** When they began to accept; null: they do not. */
  acceptingSince: number | null;
  acceptedMs: number;
  served: number;
}

export interface Day {
  pattern: Pattern;
  draws: Draws;
  desks: Desk[];
  visits: Visit[];
  startedAt: number;
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
  progress?(share: number): void;
}

const starvedAfterMs = 1000;
const secondMs = 1000;
const hourMs = 3600_000;
const offlineRetryMs = 5000;

type Act = () => Promise<unknown>;

/** One day of a pattern against the whole server, by the actions that the endpoints call, moment by moment. */
export async function simulate(pattern: Pattern, options: Options): Promise<Day> {
  const { seed, sessions, looks = 100, progress } = options;
  const began = performance.now();
  const draws = drawDay(pattern, { seed, sessions });
  await using stage = await setStage(pattern, sessions, (client) => draws.groups[client] ?? 0);
  const { server, clock } = stage;
  const { app } = server;
  const startedAt = clock.at;
  const desks = stage.operators.map((actor, index) => deskOf(stage, pattern, actor, index));
  const mirror = mirrorOf(stage, desks);
  const day = {
    ...{ pattern, draws, desks, startedAt, overtaken: 0, overCapacity: 0, seconds: 0 },
    ...{ abandoned: new Set<Visit>(), starved: new Set<Visit>(), violations: new Set<string>() },
  };
  const timeline = new Timeline<Act>();
  const serviceLeft = new Map<Visit, { ms: number; from: number }>();
  const ofClient = new Map<number, Visit>();

  const accepting = (desk: Desk) => desk.online && !desk.paused;
  const setDesk = (desk: Desk, change: Partial<Pick<Desk, 'online' | 'paused'>>): void => {
    Object.assign(desk, change);
    if (accepting(desk)) desk.acceptingSince ??= clock.at;
    else if (desk.acceptingSince !== null) {
      desk.acceptedMs += clock.at - desk.acceptingSince;
      desk.acceptingSince = null;
    }
  };
  const goOnline = async (desk: Desk, online: boolean): Promise<void> => {
    if (desk.online === online) return;
    const { companyId, operatorId } = desk.actor;
    // As presence does when the last connection has gone, or the first has come.
    await app.transact(async (tx) => {
      await lockOrganizationOf(tx, operatorId);
      await setOnline(tx, { companyId, operatorId }, online);
    });
    setDesk(desk, { online });
  };
  const pause = async (desk: Desk, paused: boolean): Promise<void> => {
    if (!desk.online) return;
    await setPaused(app, desk.actor, paused);
    setDesk(desk, { paused });
  };
  const goHomeWhenDone = async (desk: Desk): Promise<void> => {
    if (desk.isGoingHome && mirror.holds(desk.actor.operatorId) === 0) await goOnline(desk, false);
  };

  const arrive = async (client: number): Promise<void> => {
    const actor = stage.clients[client];
    if (!actor) throw new Error('more come than there are');
    await sendClientMessage(app, actor, { body: 'Hello' });
    timeline.add(clock.at + (draws.patiences[client] ?? 0), () => losePatience(client));
  };
  const losePatience = async (client: number): Promise<void> => {
    const visit = ofClient.get(client);
    const actor = stage.clients[client];
    if (!visit || !actor || visit.firstAnsweredAt !== null || visit.closedAt !== null) return;
    day.abandoned.add(visit);
    await finishOwnSession(app, actor);
  };
  /** `hands`: of whom the service was begun with; another operator goes on where they stopped. */
  const endService = async (visit: Visit, hands: number): Promise<void> => {
    if (visit.hands !== hands || visit.closedAt !== null) return;
    const desk = desks.find(({ actor }) => actor.operatorId === visit.operatorId);
    if (!desk) throw new Error('a session is with an operator whom nobody knows');
    if (!desk.online) return timeline.add(clock.at + offlineRetryMs, () => endService(visit, hands));
    desk.served++;
    await finishSession(app, desk.actor, { sessionId: visit.sessionId, result: null });
  };
  const beginService = (visit: Visit): void => {
    const before = serviceLeft.get(visit);
    const ms = before ? Math.max(0, before.ms - (clock.at - before.from)) : (draws.services[visit.client] ?? 0);
    serviceLeft.set(visit, { ms, from: clock.at });
    const { hands } = visit;
    timeline.add(clock.at + ms, () => endService(visit, hands));
  };
  const fulfil = async (desk: Desk, duty: Duty): Promise<void> => {
    if (duty.does === 'come') {
      await goOnline(desk, true);
      await pause(desk, false);
    } else if (duty.does === 'goHome') {
      desk.isGoingHome = true;
      await pause(desk, true);
      await goHomeWhenDone(desk);
    } else if (duty.does === 'away') {
      if (!desk.online || desk.isGoingHome) return;
      await goOnline(desk, false);
      timeline.add(clock.at + Math.round(duty.seconds * secondMs), () => comeBack(desk));
    } else if (!desk.isGoingHome) await pause(desk, duty.does === 'pause');
  };
  const comeBack = async (desk: Desk): Promise<void> => {
    await goOnline(desk, true);
    if (desk.isGoingHome) await pause(desk, true);
    await goHomeWhenDone(desk);
  };

  const look = async (): Promise<void> => {
    for (const { rule, ids } of await checkInvariants(app)) day.violations.add(`${rule} ${ids.join(' ')}`);
  };
  let freeForSomebodySince: number | null = null;
  /** Somebody waits while somebody is free for them: whoever waits so for longer than a moment is starved. */
  const watchWaiting = (): void => {
    const free = desks.filter((desk) => accepting(desk) && mirror.holds(desk.actor.operatorId) < desk.maxSessions);
    const inVain =
      free.length === 0 ? [] : [...mirror.waiting].filter((visit) => free.some((desk) => may(desk, visit)));
    if (inVain.length === 0) freeForSomebodySince = null;
    else freeForSomebodySince ??= clock.at;
  };
  const noteStarved = (until: number): void => {
    if (freeForSomebodySince === null || until - freeForSomebodySince <= starvedAfterMs) return;
    for (const visit of mirror.waiting) day.starved.add(visit);
  };
  const follow = async (): Promise<void> => {
    const { given, closed } = await mirror.follow(clock.at);
    for (const visit of given) {
      ofClient.set(visit.client, visit);
      beginService(visit);
    }
    for (const desk of desks) await goHomeWhenDone(desk);
    for (const visit of mirror.waiting) ofClient.set(visit.client, visit);
    if (closed.length > 0) progress?.(mirror.closed / sessions);
    watchWaiting();
  };

  for (const [client, at] of draws.arrivals.entries()) timeline.add(startedAt + at, () => arrive(client));
  for (const [index, duties] of draws.duties.entries()) {
    const desk = desks[index];
    if (!desk) continue;
    for (const duty of duties) timeline.add(startedAt + Math.round(duty.at * draws.dayMs), () => fulfil(desk, duty));
  }
  const end = startedAt + draws.dayMs + 6 * hourMs;
  const lookEvery = Math.max(1, Math.round((3 * sessions) / looks));
  let tidiedAt = startedAt;
  let tickedAt = startedAt;
  for (let steps = 0, next = timeline.take(); next && next.at <= end; next = timeline.take(), steps++) {
    noteStarved(next.at);
    clock.at = next.at;
    if (clock.at - tickedAt >= secondMs) {
      tickedAt = clock.at;
      await server.tick();
      await server.settled();
      await follow();
    }
    await next.what();
    await follow();
    if (steps % lookEvery === 0) await look();
    if (clock.at - tidiedAt < hourMs) continue;
    // The day's events do not fit into memory, and nobody reads them again.
    tidiedAt = clock.at;
    await tidy(app, { eventHours: 1, dialect: server.database.dialect });
  }
  for (const visit of mirror.visits.values()) {
    // Long after the last came: whoever is still there was forgotten.
    if (visit.closedAt === null) day.starved.add(visit);
  }
  await look();
  for (const desk of desks) setDesk(desk, { online: false });
  const { overtaken, overCapacity } = mirror;
  const visits = [...mirror.visits.values()];
  return { ...day, visits, overtaken, overCapacity, seconds: (performance.now() - began) / 1000 };
}

const may = ({ actor, groupIds }: Desk, { groupId, previousOperatorId }: Visit): boolean =>
  (groupId === null || groupIds.includes(groupId)) && previousOperatorId !== actor.operatorId;

function deskOf({ groupIds }: Stage, pattern: Pattern, actor: OperatorActor, index: number): Desk {
  const { maxSessions = 1, groups = [] } = pattern.operators[index] ?? {};
  return {
    ...{ actor, maxSessions, groupIds: groups.flatMap((group) => groupIds[group] ?? []) },
    ...{ online: false, paused: false, isGoingHome: false, acceptingSince: null, acceptedMs: 0, served: 0 },
  };
}

function mirrorOf({ server, organizationId, groupIds, clients }: Stage, desks: Desk[]): Mirror {
  const feeds = groupIds.length > 0 ? groupIds.map(feedOf.group) : [feedOf.organization(organizationId)];
  return new Mirror(server.app.read, feeds, {
    capacity: new Map(desks.map(({ actor, maxSessions }) => [actor.operatorId, maxSessions])),
    clientIndex: new Map(clients.map(({ clientId }, index) => [clientId, index])),
  });
}
