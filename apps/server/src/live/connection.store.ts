import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
/** One process' connections of one sign-in. */
export type Place = Omit<Tables['connections'], 'gone_at'>;

const same = ['subject', 'sign_in_id', 'node_id'] as const;

export const putConnections = async (db: Db, places: Place[]): Promise<void> => {
  if (places.length === 0) return;
  await db
    .insertInto('connections')
    .values(places.map((place) => ({ ...place, gone_at: null })))
    .onConflict((conflict) => conflict.columns([...same]).doUpdateSet({ gone_at: null }))
    .execute();
};

/** Those of these subjects who were here until now, in this process within the grace or in another. */
export async function putClients(db: Db, places: Place[], now: number): Promise<Set<string>> {
  const subjects = places.map(({ subject }) => subject);
  const [node = ''] = places.map(({ node_id }) => node_id);
  const back = await db
    .updateTable('connections')
    .set({ gone_at: null })
    .where('node_id', '=', node)
    .where('subject', 'in', subjects)
    .where('gone_at', '>', now)
    .returning('subject')
    .execute();
  await putConnections(db, places);
  const elsewhere = await db
    .selectFrom('connections')
    .select('subject')
    .where('subject', 'in', subjects)
    .where('node_id', '<>', node)
    // Whose grace is nearly over may be taken for gone before this commits.
    .where((eb) => eb.or([eb('gone_at', 'is', null), eb('gone_at', '>', now + graceTooShortMs)]))
    .execute();
  return new Set([...back, ...elsewhere].map(({ subject }) => subject));
}

const graceTooShortMs = 5000;

/** From `goneAt` on they count as gone, unless they come back. */
export const endConnections = async (db: Db, places: Place[], goneAt: number): Promise<void> => {
  await db
    .updateTable('connections')
    .set({ gone_at: goneAt })
    .where((eb) => eb.or(places.map(({ subject, sign_in_id, node_id }) => eb.and({ subject, sign_in_id, node_id }))))
    .execute();
};

/** All of this subject in this process, but for those of these sign-ins. */
export const endOtherConnections = async (
  db: Db,
  { node_id, subject }: Pick<Place, 'node_id' | 'subject'>,
  signInIds: string[],
  goneAt: number,
): Promise<void> => {
  await db
    .updateTable('connections')
    .set({ gone_at: goneAt })
    .where('node_id', '=', node_id)
    .where('subject', '=', subject)
    .where('gone_at', 'is', null)
    .$if(signInIds.length > 0, (query) => query.where('sign_in_id', 'not in', signInIds))
    .execute();
};

export interface GoneAt {
  operators: number;
  clients: number;
}

/** All of these processes, or of every one. */
export async function endConnectionsOf(db: Db, nodes: string[] | 'all', goneAt: GoneAt): Promise<void> {
  for (const [kind, at] of [
    ['operator:', goneAt.operators],
    ['client:', goneAt.clients],
  ] as const) {
    await db
      .updateTable('connections')
      .set({ gone_at: at })
      .where('gone_at', 'is', null)
      .where('subject', 'like', `${kind}%`)
      .$if(nodes !== 'all', (query) => query.where('node_id', 'in', nodes as string[]))
      .execute();
  }
}

/** Who may be gone by now. */
export const listDueSubjects = async (db: Db, now: number, limit: number): Promise<string[]> =>
  (
    await db.selectFrom('connections').select('subject').where('gone_at', '<=', now).distinct().limit(limit).execute()
  ).map(({ subject }) => subject);

/** Forgets what is due of a subject who is locked. True: nothing of them is left, and it was this call that saw it. */
export async function isGoneNow(db: Db, subject: string, now: number): Promise<boolean> {
  const due = await db
    .deleteFrom('connections')
    .where('subject', '=', subject)
    .where('gone_at', '<=', now)
    .returning('subject')
    .execute();
  if (due.length === 0) return false;
  return !(await db.selectFrom('connections').select('subject').where('subject', '=', subject).executeTakeFirst());
}

/** Connected sign-ins of this subject, but for those of this login. */
export const listOtherLogins = async (db: Db, subject: string, login: string): Promise<string[]> =>
  (
    await db
      .selectFrom('connections')
      .select('sign_in_id')
      .where('subject', '=', subject)
      .where('login', 'not in', [login, ''])
      .where('gone_at', 'is', null)
      .distinct()
      .execute()
  ).map(({ sign_in_id }) => sign_in_id);

/** Whether this subject is connected by another sign-in, in whatever process. */
export const isConnectedOtherwise = async (db: Db, subject: string, signInId: string): Promise<boolean> =>
  (await db
    .selectFrom('connections')
    .select('subject')
    .where('subject', '=', subject)
    .where('sign_in_id', '<>', signInId)
    .where('gone_at', 'is', null)
    .executeTakeFirst()) !== undefined;

/** Those of these who were here when the last process ended, and of whom no row tells. */
export async function expectThem(db: Db, subjects: string[], goneAt: number): Promise<void> {
  for (let first = 0; first < subjects.length; first += rowsAtOnce) {
    const some = subjects.slice(first, first + rowsAtOnce);
    const known = await db.selectFrom('connections').select('subject').where('subject', 'in', some).execute();
    const knownSubjects = new Set(known.map(({ subject }) => subject));
    const fresh = some.filter((subject) => !knownSubjects.has(subject));
    if (fresh.length === 0) continue;
    await db
      .insertInto('connections')
      .values(fresh.map((subject) => ({ subject, sign_in_id: '', node_id: 'before', login: '', gone_at: goneAt })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

const rowsAtOnce = 500;
