import type { Body, OrganizationSettings } from '@switchboard/protocol';
import type { CompanyActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findOrganization, updateOrganization } from './organization.store.ts';
import { presentOrganization } from './organization.ts';

type Asked = Body<'changeOrganization'>;

/** What is named. More places are filled from help at once. */
export async function changeOrganization(
  app: App,
  actor: CompanyActor | OperatorActor,
  { organizationId, ...asked }: Asked & { organizationId: number },
): Promise<OrganizationSettings> {
  return app.transact(async (tx) => {
    if (!(await findOrganization(tx.db, actor.companyId, organizationId))) throw notFound('organization');
    await tx.lockOrganization(organizationId);
    const before = await findOrganization(tx.db, actor.companyId, organizationId);
    if (!before) throw notFound('organization');
    const change = columnsOf(asked);
    if (Object.keys(change).length > 0) await updateOrganization(tx.db, organizationId, change);
    const after = { ...before, ...change };
    if (after.max_sessions > before.max_sessions) {
      await tx.need({ need: 'serveHelp', organizationId, cause: 'organization changed' });
    }
    return presentOrganization(after);
  });
}

export async function showOrganization(
  app: App,
  actor: CompanyActor | OperatorActor,
  organizationId: number,
): Promise<OrganizationSettings> {
  const row = await findOrganization(app.read, actor.companyId, organizationId);
  if (!row) throw notFound('organization');
  return presentOrganization(row);
}

const columnsOf = (asked: Asked) => ({
  ...(asked.name !== undefined && { name: asked.name.trim() }),
  ...(asked.maxSessions !== undefined && { max_sessions: asked.maxSessions }),
  ...(asked.offlineGrace !== undefined && { offline_grace: asked.offlineGrace }),
  ...(asked.mayEdit !== undefined && { may_edit: asked.mayEdit ? 1 : 0 }),
  ...(asked.mayDelete !== undefined && { may_delete: asked.mayDelete ? 1 : 0 }),
  ...(asked.changeSeconds !== undefined && { change_seconds: asked.changeSeconds }),
});
