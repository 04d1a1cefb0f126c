import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';

let dataFolder: string;
let database: Database;
const open = () => openDatabase({ dataFolder, onError: () => {}, metrics: { observe: () => {} } });

beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  database = await open();
});
afterEach(async () => {
  await database.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

test('what is acknowledged has been through fsync: write-ahead log, synchronous FULL', async () => {
  const pragma = async (name: string) =>
    (await sql<Record<string, unknown>>`PRAGMA ${sql.raw(name)}`.execute(database.migrating)).rows[0];
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
  expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
});

test('a second process on the same folder is refused with a sentence, and welcome when the first is gone', async () => {
  await expect(open()).rejects.toThrow('another server runs on this data folder');
  await database.close();
  database = await open();
  await database.ping();
});

test('of transactions that share a commit each may fail alone', async () => {
  const set = (name: string, fails: boolean) =>
    database.transaction(async (db) => {
      await db.insertInto('settings').values({ name, value: 'set' }).execute();
      if (fails) throw new Error(`${name} fails`);
    });
  const outcomes = await Promise.allSettled([set('one', false), set('two', true), set('three', false)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const rows = await database.read.selectFrom('settings').select('name').orderBy('name').execute();
  expect(rows.map(({ name }) => name)).toEqual(['one', 'three']);
});
