import type { ClientActor, OperatorActor } from './actor.ts';
import { feedOf } from './events/feeds.ts';
import { groupsOfOperators, listGroupIds } from './groups/group.store.ts';
import { listOrganizationRows } from './organizations/organization.store.ts';
import type { App } from './parts.ts';

/** INDEX: who is connected → which feeds they hear. Nothing else is ever sent to them. */
export async function feedsOfActor(app: App, actor: ClientActor | OperatorActor): Promise<string[]> {
  if (actor.kind === 'client') return [feedOf.client(actor.clientId)];
  const organizationIds =
    actor.organizationId === null
      ? (await listOrganizationRows(app.read, actor.companyId)).map(({ id }) => id)
      : [actor.organizationId];
  // Who leads sees every group; who works in some, those.
  const groupIds =
    actor.role === 'OPERATOR'
      ? ((await groupsOfOperators(app.read, [actor.operatorId])).get(actor.operatorId) ?? []).map(({ id }) => id)
      : await listGroupIds(app.read, organizationIds);
  return [
    feedOf.operator(actor.operatorId),
    ...organizationIds.map(feedOf.organization),
    ...groupIds.map(feedOf.group),
  ];
}
