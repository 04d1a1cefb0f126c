import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { kyselyOver } from './sqlite.ts';

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

test('a write-ahead log that groupCommit flushes', async () => {
  const pragma = async (name: string) =>
    (await sql<Record<string, unknown>>`PRAGMA ${sql.raw(name)}`.execute(database.migrating)).rows[0];
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma('synchronous')).toEqual({ synchronous: 1 });
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

test('nobody is told, and nobody reads it, before it is on the disk', async () => {
  const file = join(dataFolder, 'other.db');
  const [writer, reader] = [new SqliteFile(file), new SqliteFile(file)];
  writer.pragma('journal_mode = WAL');
  writer.exec('CREATE TABLE settings (name TEXT, value TEXT)');
  const flushes: (() => void)[] = [];
  const transaction = groupCommit({
    writer,
    db: kyselyOver(writer, () => null),
    sync: () => new Promise((done) => flushes.push(done)),
    rest: () => null,
    metrics: { observe: () => {} },
  });
  const read = kyselyOver(reader, transaction.onDisk);
  const told: string[] = [];
  const set = (name: string) =>
    transaction((db) => db.insertInto('settings').values({ name, value: 'set' }).execute()).then(() => told.push(name));
  const names = async () => (await read.selectFrom('settings').select('name').execute()).map(({ name }) => name);
  const turn = () => new Promise(setImmediate);

  const one = set('one');
  await turn();
  await turn();
  expect(writer.inTransaction).toBe(false);
  const seen = names();
  const two = set('two');
  await turn();
  await turn();
  expect([told, flushes.length]).toEqual([[], 1]);
  flushes[0]?.();
  await one;
  expect([await seen, told]).toEqual([['one'], ['one']]);
  await vi.waitUntil(() => flushes.length === 2);
  expect(told).toEqual(['one']);
  flushes[1]?.();
  await two;
  expect(await names()).toEqual(['one', 'two']);
  await transaction.settled();
  reader.close();
  writer.close();
});
