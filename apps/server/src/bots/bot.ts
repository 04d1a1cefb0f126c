import type { Bot, Script } from '@switchboard/protocol';
import { toIso } from '../clock.ts';
import type { BotRow } from './bot.store.ts';

export const presentBot = (row: BotRow): Bot => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  script: JSON.parse(row.script) as Script,
  createdAt: toIso(row.created_at),
  updatedAt: toIso(row.updated_at),
});
