import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

/** Groups of each of these operators. */
export async function groupsOfOperators(
  db: Db,
  operatorIds: number[],
): Promise<Map<number, { id: number; name: string }[]>> {
  const groups = new Map<number, { id: number; name: string }[]>();
  if (operatorIds.length === 0) return groups;
  const rows = await db
    .selectFrom('group_members as m')
    .innerJoin('groups as g', 'g.id', 'm.group_id')
    .select(['m.operator_id', 'g.id', 'g.name'])
    .where('m.operator_id', 'in', operatorIds)
    .orderBy('g.id')
    .execute();
  for (const { operator_id, id, name } of rows) {
    const of = groups.get(operator_id) ?? [];
    of.push({ id, name });
    groups.set(operator_id, of);
  }
  return groups;
}

export const listGroupIds = async (db: Db, organizationIds: number[]): Promise<number[]> => {
  if (organizationIds.length === 0) return [];
  const rows = await db.selectFrom('groups').select('id').where('organization_id', 'in', organizationIds).execute();
  return rows.map(({ id }) => id);
};

/** Group → organization, of all groups of these organizations. */
export const organizationsOfGroups = async (db: Db, organizationIds: number[]): Promise<Map<number, number>> => {
  if (organizationIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('groups')
    .select(['id', 'organization_id'])
    .where('organization_id', 'in', organizationIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.organization_id]));
};

export const insertGroupMembers = (db: Db, rows: Tables['group_members'][]) =>
  db.insertInto('group_members').values(rows).execute();

export const isGroupMember = async (db: Db, groupId: number, operatorId: number): Promise<boolean> =>
  (await db
    .selectFrom('group_members')
    .select('group_id')
    .where('group_id', '=', groupId)
    .where('operator_id', '=', operatorId)
    .executeTakeFirst()) !== undefined;
