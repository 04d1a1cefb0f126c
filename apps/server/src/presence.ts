import { closeCodes } from '@switchboard/protocol';
import type { OperatorActor } from './actor.ts';
import { listOnlineClients } from './clients/client.store.ts';
import { gather } from './database/gather.ts';
import type { Tx } from './events/transaction.ts';
import {
  endConnections,
  endOtherConnections,
  expectThem,
  type GoneAt,
  isGoneNow,
  listDueSubjects,
  listOtherLogins,
  type Place,
  putClients,
  putConnections,
} from './live/connection.store.ts';
import type { LiveActor } from './live/live.ts';
import { findOperatorScope, listOnlineOperators, lockOperator } from './operators/operator.store.ts';
import { setOnline } from './operators/operator-presence.ts';
import type { App } from './parts.ts';
import { setClientOnline } from './sessions/client-presence.ts';

export interface Graces {
  operatorMs: number;
  clientMs: number;
}

export interface Presence {
  connected(actor: LiveActor): void;
  disconnected(actor: LiveActor): void;
  /** Stores all that are connected to this process anew. */
  again(): void;
  goneAt(now: number): GoneAt;
  /** Takes those for gone whose grace has ended, whichever process had them. */
  sweep(): Promise<void>;
  /** After a start: whoever was here when the last process ended has the grace to come back. */
  expectThoseWhoWereHere(): Promise<void>;
  /** This process ends: connections that end from now on are not told one by one. */
  stop(): void;
  /** Resolves when every coming and going so far is stored. */
  settled(): Promise<void>;
}

/**
 * Live connections become presence: here live/ and the nouns meet. Several connections are one presence, in whichever
 * process; a short break is none. What waits for the grace is a row, so it outlives the process.
 */
export function createPresence(app: App, node: string, graces: Graces): Presence {
  // By subject and sign-in.
  const here = new Map<string, Map<string, Here>>();
  const unsure = new Set<string>();
  let stopping = false;
  // One after the other for each subject, so that a quick coming and going ends as it ended.
  const last = new Map<string, Promise<void>>();
  const inOrder = (subject: string, act: () => Promise<void>): void => {
    const next = (last.get(subject) ?? Promise.resolve())
      .then(act)
      .catch((error: unknown) => {
        unsure.add(subject);
        app.log.error({ err: error, subject }, 'presence.failed');
      })
      .finally(() => {
        if (last.get(subject) === next) last.delete(subject);
      });
    last.set(subject, next);
  };
  const clientsCome = gather((places: Place[]) => app.transact((tx) => clientsCameIn(tx, places)), {
    most: 128,
    flights: 1,
  });
  const placesEnd = gather(
    async (ended: Ended[]) => {
      await app.transact((tx) => endPlaces(tx, ended));
      return ended.map(() => undefined);
    },
    { most: 128, flights: 1 },
  );
  const graceOf = (subject: string) => (subject.startsWith('client:') ? graces.clientMs : graces.operatorMs);
  const come = async ({ actor, place }: Here): Promise<void> => {
    if (actor.kind === 'operator') return operatorComes(app, actor, place);
    if (!(await clientsCome(place))) await setClientOnline(app, actor.clientId, true);
  };
  /** What is stored of a subject may be anything: makes it what is so. */
  const makeSure = async (subject: string): Promise<void> => {
    const those = [...(here.get(subject)?.values() ?? [])];
    const signInIds = those.map(({ place }) => place.sign_in_id);
    const goneAt = app.clock.now() + graceOf(subject);
    await app.transact((tx) => endOtherConnections(tx.db, { node_id: node, subject }, signInIds, goneAt));
    for (const one of those) await come(one);
  };

  return {
    connected(actor) {
      const place = placeOf(actor, node);
      const { subject, sign_in_id } = place;
      const those = here.get(subject) ?? new Map<string, Here>();
      here.set(subject, those);
      const known = those.get(sign_in_id);
      if (known) {
        known.count++;
        return;
      }
      const one = { actor, place, count: 1 };
      those.set(sign_in_id, one);
      inOrder(subject, () => come(one));
    },
    disconnected(actor) {
      const place = placeOf(actor, node);
      const { subject, sign_in_id } = place;
      const those = here.get(subject);
      const known = those?.get(sign_in_id);
      if (!those || !known || --known.count > 0) return;
      those.delete(sign_in_id);
      if (those.size === 0) here.delete(subject);
      if (stopping) return;
      const goneAt = app.clock.now() + graceOf(subject);
      inOrder(subject, () => placesEnd({ place, goneAt }));
    },
    again() {
      for (const subject of here.keys()) inOrder(subject, () => makeSure(subject));
    },
    goneAt: (now) => ({ operators: now + graces.operatorMs, clients: now + graces.clientMs }),
    async sweep() {
      const doubtful = [...unsure];
      unsure.clear();
      for (const subject of doubtful) inOrder(subject, () => makeSure(subject));
      await Promise.all(last.values());
      const now = app.clock.now();
      for (let due = subjectsAtOnce, round = 0; due === subjectsAtOnce && round < roundsAtOnce; round++) {
        const subjects = await listDueSubjects(app.read, now, subjectsAtOnce);
        for (const subject of subjects) inOrder(subject, () => leave(app, subject, now));
        await Promise.all(subjects.map((subject) => last.get(subject)));
        due = subjects.length;
      }
    },
    async expectThoseWhoWereHere() {
      const [operators, clients] = await Promise.all([listOnlineOperators(app.read), listOnlineClients(app.read)]);
      const now = app.clock.now();
      await app.transact(async (tx) => {
        await expectThem(
          tx.db,
          operators.map(({ id }) => subjectOf.operator(id)),
          now + graces.operatorMs,
        );
        await expectThem(
          tx.db,
          clients.map(({ id }) => subjectOf.client(id)),
          now + graces.clientMs,
        );
      });
    },
    stop() {
      stopping = true;
    },
    async settled() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}

const subjectsAtOnce = 500;
const roundsAtOnce = 40;

export const subjectOf = {
  operator: (operatorId: number): string => `operator:${operatorId}`,
  client: (clientId: string): string => `client:${clientId}`,
};

const placeOf = (actor: LiveActor, node: string): Place =>
  actor.kind === 'client'
    ? { node_id: node, subject: subjectOf.client(actor.clientId), sign_in_id: '', login: '' }
    : {
        node_id: node,
        subject: subjectOf.operator(actor.operatorId),
        sign_in_id: actor.signInId,
        login: actor.login,
      };

interface Here {
  actor: LiveActor;
  place: Place;
  count: number;
}
interface Ended {
  place: Place;
  goneAt: number;
}

/** For each, whether they were here all along. In one order, so that two processes never wait for each other in a ring. */
async function clientsCameIn(tx: Tx, places: Place[]): Promise<boolean[]> {
  const sorted = places.toSorted((one, other) => (one.subject < other.subject ? -1 : 1));
  const were = await putClients(tx.db, sorted, tx.at);
  return places.map(({ subject }) => were.has(subject));
}

async function endPlaces(tx: Tx, ended: Ended[]): Promise<void> {
  for (const [goneAt, some] of Map.groupBy(ended, (one) => one.goneAt)) {
    await endConnections(
      tx.db,
      some.map(({ place }) => place),
      goneAt,
    );
  }
}

/** Whoever signs in last has the seat: connections of other logins of this operator end, in whichever process. */
async function operatorComes(app: App, { operatorId, companyId }: OperatorActor, place: Place): Promise<void> {
  await app.transact(async (tx) => {
    const scope = await lockScope(tx, operatorId);
    if (!scope) return;
    await putConnections(tx.db, [place]);
    const others = place.login === '' ? [] : await listOtherLogins(tx.db, place.subject, place.login);
    for (const signInId of others) {
      const close = { ...closeCodes.signedInElsewhere, lastWord: 'chatUserExists' };
      tx.closeConnections({ operatorId, signInId }, close);
    }
    // Somebody may have switched them off since their token was looked at.
    if (scope.status === 0) await setOnline(tx, { companyId, operatorId }, true);
  });
}

async function leave(app: App, subject: string, now: number): Promise<void> {
  const isGone = (tx: Tx) => isGoneNow(tx.db, subject, now);
  const [kind, id = ''] = subject.split(':');
  if (kind === 'client') return setClientOnline(app, id, false, isGone);
  const operatorId = Number(id);
  await app.transact(async (tx) => {
    const scope = await lockScope(tx, operatorId);
    if ((await isGone(tx)) && scope) await setOnline(tx, { companyId: scope.company_id, operatorId }, false);
  });
}

/** Decisions about one operator's presence happen one after the other, whoever makes them. */
async function lockScope(tx: Tx, operatorId: number) {
  const scope = await findOperatorScope(tx.db, operatorId);
  if (!scope) return undefined;
  if (scope.organization_id !== null) await tx.lockOrganization(scope.organization_id);
  // An administrator's organization cannot be locked; nothing is routed to them.
  else if (tx.lock) await lockOperator(tx.db, operatorId);
  return findOperatorScope(tx.db, operatorId);
}
