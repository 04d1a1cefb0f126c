import type { CompanyActor } from '../actor.ts';
import type { App } from '../parts.ts';
import { listOrganizationRows } from './organization.store.ts';

export async function listOrganizations(app: App, actor: CompanyActor): Promise<{ id: number; name: string }[]> {
  const rows = await listOrganizationRows(app.read, actor.companyId);
  return rows.map(({ id, name }) => ({ id, name }));
}
