import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Database, openDatabase } from './database.ts';
import { createNames } from './statement-names.ts';
import type { Tables } from './tables.ts';

describe('names of statements', () => {
  const common = 'select * from sessions where id = $1';
  const use = (names: ReturnType<typeof createNames>, text: string) =>
    Array.from({ length: 20 }, () => names.of(text)).at(-1);

  test('a common one gets a name of its own and keeps it', () => {
    const names = createNames();
    expect(names.of(common)).toBeUndefined();
    const name = use(names, common);
    expect(name).toBeDefined();
    expect(use(names, common)).toBe(name);
    expect(use(names, `${common} and status = $2`)).not.toBe(name);
  });

  test('one with a limit, or without values, has none', () => {
    const names = createNames();
    expect(use(names, `${common} limit $2`)).toBeUndefined();
    expect(use(names, 'commit')).toBeUndefined();
  });

  test('there is an end to them', () => {
    const names = createNames();
    const all = Array.from({ length: 700 }, (_, index) => use(names, `${common} -- ${index}`));
    expect(all.filter((name) => name !== undefined)).toHaveLength(500);
    expect(use(names, common)).toBeUndefined();
  });

  test('all are new when the tables have changed', () => {
    const names = createNames();
    const before = use(names, common);
    names.renew();
    expect(names.of(common)).toBeUndefined();
    expect(use(names, common)).not.toBe(before);
  });
});

if (process.env.SWITCHBOARD_TEST_DATABASE) {
  let made: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    made = await makeTestDatabase();
    const { data: dataFolder, 'database-url': url } = made.settings;
    database = await openDatabase({ dataFolder, url, onError: () => {}, metrics: { observe: () => {} } });
  });
  afterEach(async () => {
    await database.close();
    await made.remove();
  });

  test('a column that a newer server adds beside this one disturbs no transaction', async () => {
    const find = () =>
      database.transaction((db) => db.selectFrom('settings').selectAll().where('name', '<>', '').execute());
    for (let count = 0; count < 20; count++) await find();
    const before = await find();
    await sql`ALTER TABLE settings ADD COLUMN added text`.execute(database.migrating);
    const after = await find();
    expect(after).toEqual(before.map((row) => ({ ...row, added: null })));
  });

  describe('a statement that is not waited for', () => {
    const set = (name: string, value: string | null) => ({ name, value: value as string });
    const names = async () => {
      const rows = await database.read.selectFrom('settings').select('name').where('name', 'like', 'a%').execute();
      return rows.map(({ name }) => name).sort();
    };
    const insert = (db: Kysely<Tables>, name: string, value: string | null = '') =>
      db.insertInto('settings').values(set(name, value)).execute();

    test('is stored with its transaction, however many there are', async () => {
      const many = Array.from({ length: 200 }, (_, index) => `a${1000 + index}`);
      await database.transaction(async (db) => {
        for (const name of many) await insert(db, name);
      });
      expect(await names()).toEqual(many);
    });

    test('fails its transaction, also as the last of it, and the next one is in order', async () => {
      const failing = database.transaction(async (db) => {
        await insert(db, 'a1');
        await insert(db, 'a2', null);
      });
      await expect(failing).rejects.toMatchObject({ code: '23502' });
      expect(await names()).toEqual([]);
      await database.transaction((db) => insert(db, 'a3'));
      expect(await names()).toEqual(['a3']);
    });

    test('says why it failed to whoever asks after it', async () => {
      const failing = database.transaction(async (db) => {
        await insert(db, 'a1', null);
        await db.selectFrom('settings').selectAll().execute();
      });
      await expect(failing).rejects.toMatchObject({ code: '23502' });
    });

    test('is undone when its transaction is given up', async () => {
      const givenUp = database.transaction(async (db) => {
        await insert(db, 'a1');
        throw new Error('given up');
      });
      await expect(givenUp).rejects.toThrow('given up');
      expect(await names()).toEqual([]);
    });
  });
}
