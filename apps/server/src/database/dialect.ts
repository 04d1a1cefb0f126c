import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

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
    await db.selectFrom('organizations').select('id').where('id', '=', organizationId).forNoKeyUpdate().execute();
  },
  forUpdate: true,
};
