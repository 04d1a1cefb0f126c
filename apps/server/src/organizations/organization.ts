import type { OrganizationSettings } from '@switchboard/protocol';
import type { OrganizationRow } from './organization.store.ts';

export const presentOrganization = (row: OrganizationRow): OrganizationSettings => ({
  id: row.id,
  name: row.name,
  maxSessions: row.max_sessions,
  offlineGrace: row.offline_grace,
  mayEdit: row.may_edit === 1,
  mayDelete: row.may_delete === 1,
  changeSeconds: row.change_seconds,
});
