import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Begins a statement of ours whose rows nobody reads: PostgreSQL is not waited for (decision 9). */
export const unread = '/* unread */';

/** All that differs between the two engines. */
export interface Dialect {
  name: 'sqlite' | 'postgres';
  /** Column type for integers beyond 32 bits. */
  bigint: 'integer' | 'bigint';
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** After rows with chosen ids: the next id follows the largest. */
  continueIds(
    db: Kysely<Tables>,
    table: 'companies' | 'organizations' | 'operators' | 'groups',
    next: number,
  ): Promise<void>;
  /** Decisions of one organization (routing, presence, closing) happen one after the other. */
  lockOrganization(db: Kysely<Tables>, organizationId: number): Promise<void>;
  /** What `findOldEvents` needs. An ordinary index on time would cost every message a twentieth. */
  indexOldEvents(db: Kysely<unknown>): Promise<void>;
  /** Some events from before this moment, the first stored first. */
  findOldEvents(db: Kysely<Tables>, before: number, limit: number): Promise<{ feed: string; feed_offset: number }[]>;
  /** Row locks for a read that a write of the same transaction depends on. */
  forUpdate: boolean;
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  bigint: 'integer',
  identity: (column) => column.primaryKey().autoIncrement(),
  async continueIds(db, table, next) {
    await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(db);
    await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${next - 1})`.execute(db);
  },
  async lockOrganization() {
    // One writer at a time: every transaction is alone already.
  },
  async indexOldEvents() {
    // Rows only come at the end and go at the front, so their own number rises with time.
  },
  async findOldEvents(db, before, limit) {
    const first = await db
      .selectFrom('events')
      .select(['feed', 'feed_offset', 'at'])
      .orderBy(sql`rowid`)
      .limit(limit)
      .execute();
    return first.filter(({ at }) => at < before);
  },
  forUpdate: false,
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  bigint: 'bigint',
  identity: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
  async continueIds(db, table, next) {
    await sql`SELECT setval(pg_get_serial_sequence(${table}, 'id'), ${next}, false)`.execute(db);
  },
  async lockOrganization(db, organizationId) {
    // Not FOR UPDATE: rows that merely refer to the organization need not wait.
    await sql`${sql.raw(unread)} SELECT id FROM organizations WHERE id = ${organizationId} FOR NO KEY UPDATE`.execute(
      db,
    );
  },
  async indexOldEvents(db) {
    await sql`CREATE INDEX events_by_time ON events USING brin (at)`.execute(db);
  },
  findOldEvents: (db, before, limit) =>
    db.selectFrom('events').select(['feed', 'feed_offset']).where('at', '<', before).limit(limit).execute(),
  forUpdate: true,
};
