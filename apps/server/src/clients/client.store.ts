import type { Insertable, Kysely, Selectable } from 'kysely';
import { compiled } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type ClientRow = Selectable<Tables['clients']>;

export const insertClient = (db: Db, row: Insertable<Tables['clients']>) =>
  db.insertInto('clients').values(row).execute();

const findById = compiled((db, { clientId }: { clientId: string }) =>
  db.selectFrom('clients').selectAll().where('id', '=', clientId),
);

export const findClient = async (db: Db, clientId: string): Promise<ClientRow | undefined> =>
  (await findById(db, { clientId }))[0];

export const updateClient = (
  db: Db,
  clientId: string,
  change: Partial<Pick<ClientRow, 'online_at' | 'offline_at' | 'page' | 'banned_at' | 'name' | 'phone' | 'email'>>,
) => db.updateTable('clients').set(change).where('id', '=', clientId).execute();

/** Until the transaction ends nobody else changes this client's presence or opens a session for them (PostgreSQL). */
export const findClientAndLock = async (db: Db, clientId: string): Promise<ClientRow | undefined> =>
  (await findAndLock(db, { clientId }))[0];

const findAndLock = compiled((db, { clientId }: { clientId: string }) =>
  db.selectFrom('clients').selectAll().where('id', '=', clientId).forNoKeyUpdate(),
);

/** Clients who were online when the last process ended. */
export const listOnlineClients = (db: Db) =>
  db
    .selectFrom('clients')
    .select('id')
    .where('online_at', 'is not', null)
    .where((eb) => eb.or([eb('offline_at', 'is', null), eb('offline_at', '<', eb.ref('online_at'))]))
    .execute();
