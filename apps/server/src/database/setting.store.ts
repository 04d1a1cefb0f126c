import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** A value that is made once and stays: of two processes that start together, the first one's. */
export async function settingOrNew(db: Kysely<Tables>, name: string, make: () => string): Promise<string> {
  await db
    .insertInto('settings')
    .values({ name, value: make() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { value } = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return value;
}

export const findSetting = async (db: Kysely<Tables>, name: string): Promise<string | undefined> =>
  (await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value;

/** Says whether it was there: of two at once, one took it. */
export const takeSetting = async (db: Kysely<Tables>, name: string): Promise<boolean> =>
  (await db.deleteFrom('settings').where('name', '=', name).returning('name').executeTakeFirst()) !== undefined;
