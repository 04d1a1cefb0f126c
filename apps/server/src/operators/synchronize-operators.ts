import type { Body } from '@switchboard/protocol';
import type { CompanyActor } from '../actor.ts';
import { lockCompany } from '../companies/company.store.ts';
import { type FieldError, invalid, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { insertGroupMembers, organizationsOfGroups } from '../groups/group.store.ts';
import { listOrganizationRows } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { findEmailsInUse, findOperatorsByExternalId, insertOperators, type OperatorRow } from './operator.store.ts';
import { statuses, statusOf } from './operator.ts';

type Row = Body<'synchronizeOperators'>[number];

/** Adds operators: all of the rows or none. A row whose externalId is known already returns that operator. */
export async function synchronizeOperators(
  app: App,
  actor: CompanyActor,
  rows: Row[],
): Promise<{ id: number; name: string; status: 0 | 1 | 2 }[]> {
  return app.transact(async (tx) => {
    // Of two requests with the same externalId the second must find what the first made.
    if (tx.lock) await lockCompany(tx.db, actor.companyId);
    const named = rows.map((row) => ({
      ...row,
      name: row.name.trim(),
      externalId: row.externalId ?? null,
      email: row.email?.trim().toLowerCase() ?? null,
    }));
    const known = await findKnown(tx, named);
    await check(tx, actor, named, known);
    const added = await add(tx, actor, named, known);
    return named.map((row, index) => {
      const operator = added.get(index) ?? known.get(externalKey(row));
      if (!operator) throw new Error(`row ${index} has no operator`);
      return { id: operator.id, name: operator.name, status: statusOf(operator) };
    });
  });
}

type Named = Omit<Row, 'externalId' | 'email'> & { externalId: string | null; email: string | null };
const externalKey = (row: { organizationId: number; externalId: string | null }) =>
  `${row.organizationId} ${row.externalId}`;

async function findKnown(tx: Tx, rows: Named[]): Promise<Map<string, OperatorRow>> {
  const known = new Map<string, OperatorRow>();
  const organizationIds = new Set(rows.map((row) => row.organizationId));
  for (const organizationId of organizationIds) {
    const asked = rows.flatMap((row) =>
      row.organizationId === organizationId && row.externalId !== null ? [row.externalId] : [],
    );
    if (asked.length === 0) continue;
    for (const operator of await findOperatorsByExternalId(tx.db, organizationId, asked)) {
      known.set(externalKey({ organizationId, externalId: operator.external_id }), operator);
    }
  }
  return known;
}

/** Names every bad field of every row. */
async function check(tx: Tx, actor: CompanyActor, rows: Named[], known: Map<string, OperatorRow>): Promise<void> {
  const organizations = new Set((await listOrganizationRows(tx.db, actor.companyId)).map(({ id }) => id));
  const missing: FieldError[] = [];
  const bad: FieldError[] = [];
  const groups = rows.some((row) => row.groups?.length)
    ? await organizationsOfGroups(tx.db, [...organizations])
    : new Map<number, number>();
  const fresh = rows.filter((row) => row.externalId === null || !known.has(externalKey(row)));
  const emails = fresh.flatMap(({ email }) => (email === null ? [] : [email]));
  const used = emails.length === 0 ? new Set<string>() : await findEmailsInUse(tx.db, emails);
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (!organizations.has(row.organizationId)) {
      missing.push({ path: `/${index}/organizationId`, message: 'is not an organization of this company' });
    }
    for (const [place, groupId] of (row.groups ?? []).entries()) {
      if (groups.get(groupId) !== row.organizationId) {
        bad.push({ path: `/${index}/groups/${place}`, message: 'is not a group of this organization' });
      }
    }
    if (row.email !== null && fresh.includes(row)) {
      if (used.has(row.email) || seen.has(row.email))
        bad.push({ path: `/${index}/email`, message: 'is in use already' });
      seen.add(row.email);
    }
  }
  if (bad.length > 0) throw invalid([...missing, ...bad]);
  if (missing.length > 0) throw new Refused('not_found', 'There is no such organization.', { details: missing });
}

/** Index of the row → the operator made for it. A repeat within the request refers to the first. */
async function add(
  tx: Tx,
  actor: CompanyActor,
  rows: Named[],
  known: Map<string, OperatorRow>,
): Promise<Map<number, OperatorRow>> {
  const added = new Map<number, OperatorRow>();
  for (const [index, row] of rows.entries()) {
    if (row.externalId !== null && known.has(externalKey(row))) continue;
    // One statement each: the ids rise in the order of the request on both engines.
    const [operator] = await insertOperators(tx.db, [
      {
        company_id: actor.companyId,
        organization_id: row.organizationId,
        name: row.name,
        email: row.email,
        password_hash: null,
        role: 'OPERATOR',
        status: statuses.active,
        external_id: row.externalId,
        max_sessions: null,
        last_session_at: null,
        created_at: tx.at,
      },
    ]);
    if (!operator) throw new Error('an inserted row was not returned');
    added.set(index, operator);
    if (row.externalId !== null) known.set(externalKey(row), operator);
    const groups = [...new Set(row.groups ?? [])];
    if (groups.length > 0) {
      await insertGroupMembers(
        tx.db,
        groups.map((groupId) => ({ group_id: groupId, operator_id: operator.id })),
      );
    }
  }
  return added;
}
