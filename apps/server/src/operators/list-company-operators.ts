import type { CompanyOperator } from '@switchboard/protocol';
import type { CompanyActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { listOperatorRows } from './operator.store.ts';
import { statusOf } from './operator.ts';

/** Deleted ones too, in id order. An operator sees its own organization only. */
export async function listCompanyOperators(
  app: App,
  actor: CompanyActor | OperatorActor,
  { organizationId }: { organizationId: number },
): Promise<CompanyOperator[]> {
  const mayAsk = actor.kind === 'company' || actor.organizationId === null || actor.organizationId === organizationId;
  const organization = mayAsk ? await findOrganization(app.read, actor.companyId, organizationId) : undefined;
  if (!organization) throw notFound('organization');
  const rows = await listOperatorRows(app.read, organizationId);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    status: statusOf(row),
    organization: { id: organization.id, name: organization.name },
  }));
}
