import type { groupsSortedBy, Query } from '@switchboard/protocol';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tenant } from '../actor.ts';
import { contains, likePattern, pageOf, sortOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type GroupRow = Selectable<Tables['groups']>;
export interface Member {
  id: number;
  name: string;
  role: string;
}

const withinTenant = (db: Db, { companyId, organizationId }: Tenant) =>
  db
    .selectFrom('groups as g')
    .innerJoin('organizations as org', 'org.id', 'g.organization_id')
    .selectAll('g')
    .where('org.company_id', '=', companyId)
    .where('g.deleted_at', 'is', null)
    .$if(organizationId !== null, (query) => query.where('g.organization_id', '=', organizationId as number));

export const findGroup = (db: Db, tenant: Tenant, groupId: number): Promise<GroupRow | undefined> =>
  withinTenant(db, tenant).where('g.id', '=', groupId).executeTakeFirst();

const sortable = { id: 'g.id', name: 'g.name' } as const satisfies Record<(typeof groupsSortedBy)[number], string>;

export async function findGroups(
  db: Db,
  tenant: Tenant,
  query: Query<'groups'>,
): Promise<{ count: number | undefined; rows: GroupRow[] }> {
  const { limit, offset } = pageOf(query);
  let found = withinTenant(db, tenant);
  if (query.organizationId !== undefined) found = found.where('g.organization_id', '=', query.organizationId);
  if (query.keyword) {
    const pattern = likePattern(query.keyword);
    found = found.where((eb) => contains(eb.ref('g.name'), pattern));
  }
  const counted = query.withoutCount
    ? undefined
    : await found
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
  if (query.withoutItems) return { count: counted?.count, rows: [] };
  for (const { column, direction } of sortOf(query.sort, sortable)) found = found.orderBy(column, direction);
  return { count: counted?.count, rows: await found.orderBy('g.id').limit(limit).offset(offset).execute() };
}

/** Of each group those who are not deleted, in id order. */
export async function membersOfGroups(db: Db, groupIds: number[]): Promise<Map<number, Member[]>> {
  if (groupIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('group_members as m')
    .innerJoin('operators as o', 'o.id', 'm.operator_id')
    .select(['m.group_id', 'o.id', 'o.name', 'o.role'])
    .where('m.group_id', 'in', groupIds)
    .where('o.status', '<>', 2)
    .orderBy('o.id')
    .execute();
  const members = new Map<number, Member[]>();
  for (const [groupId, of] of Map.groupBy(rows, (row) => row.group_id)) {
    members.set(
      groupId,
      of.map(({ id, name, role }) => ({ id, name, role })),
    );
  }
  return members;
}

/** Those of them who may be in a group of this organization. */
export const findPossibleMembers = async (db: Db, organizationId: number, operatorIds: number[]): Promise<Member[]> =>
  operatorIds.length === 0
    ? []
    : db
        .selectFrom('operators')
        .select(['id', 'name', 'role'])
        .where('organization_id', '=', organizationId)
        .where('status', '<>', 2)
        .where('id', 'in', operatorIds)
        .execute();

/** Who hears every group of the organization. */
export const listLeads = async (db: Db, companyId: number, organizationId: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('operators')
    .select('id')
    .where('company_id', '=', companyId)
    .where((eb) =>
      eb.or([
        eb('role', '=', 'ADMIN'),
        eb.and([eb('role', '=', 'SUPERVISOR'), eb('organization_id', '=', organizationId)]),
      ]),
    )
    .execute();
  return rows.map(({ id }) => id);
};

export const insertGroup = (db: Db, row: Insertable<Tables['groups']>): Promise<GroupRow> =>
  db.insertInto('groups').values(row).returningAll().executeTakeFirstOrThrow();

export const updateGroup = (
  db: Db,
  groupId: number,
  change: Partial<Pick<GroupRow, 'name' | 'timer_first_answer' | 'timer_next_answers' | 'deleted_at'>>,
) => db.updateTable('groups').set(change).where('id', '=', groupId).execute();

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
  const rows = await db
    .selectFrom('groups')
    .select('id')
    .where('organization_id', 'in', organizationIds)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
};

/** Group → organization, of all groups of these organizations. */
export const organizationsOfGroups = async (db: Db, organizationIds: number[]): Promise<Map<number, number>> => {
  if (organizationIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('groups')
    .select(['id', 'organization_id'])
    .where('organization_id', 'in', organizationIds)
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row.organization_id]));
};

export const insertGroupMembers = async (db: Db, rows: Tables['group_members'][]): Promise<void> => {
  if (rows.length > 0) await db.insertInto('group_members').values(rows).execute();
};

/** These members; without a list, all. */
export const deleteGroupMembers = async (db: Db, groupId: number, operatorIds?: number[]): Promise<void> => {
  if (operatorIds?.length === 0) return;
  await db
    .deleteFrom('group_members')
    .where('group_id', '=', groupId)
    .$if(operatorIds !== undefined, (query) => query.where('operator_id', 'in', operatorIds as number[]))
    .execute();
};

export const deleteGroupsOfOperator = (db: Db, operatorId: number) =>
  db.deleteFrom('group_members').where('operator_id', '=', operatorId).execute();

export const isGroupMember = async (db: Db, groupId: number, operatorId: number): Promise<boolean> =>
  (await db
    .selectFrom('group_members')
    .select('group_id')
    .where('group_id', '=', groupId)
    .where('operator_id', '=', operatorId)
    .executeTakeFirst()) !== undefined;
