import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Dialect } from './dialect.ts';
import { firstTables } from './migrations/0001-first-tables.ts';
import { operatorFace } from './migrations/0002-operator-face.ts';

/** Forward only; a released one is never edited. The key orders them. */
export const migrations = (dialect: Dialect): Record<string, Migration> => ({
  '0001-first-tables': { up: (db: Kysely<unknown>) => firstTables(db, dialect) },
  '0002-operator-face': { up: (db: Kysely<unknown>) => operatorFace(db, dialect) },
});
