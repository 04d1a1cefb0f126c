import type { CompanyActor } from '../actor.ts';
import { toIso, toIsoOrNull } from '../clock.ts';
import type { Tables } from '../database/tables.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { insertApiKey, listApiKeyRows, revokeApiKeyRow } from './api-key.store.ts';
import { apiKeyPrefix, digest } from './token.ts';

interface ApiKey {
  id: number;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export async function createApiKey(
  app: App,
  actor: { companyId: number },
  { name }: { name: string },
): Promise<ApiKey & { key: string }> {
  const key = apiKeyPrefix + app.ids.secret() + app.ids.secret();
  return app.transact(async (tx) => {
    const row = await insertApiKey(tx.db, {
      company_id: actor.companyId,
      name: name.trim(),
      hash: digest(key),
      created_at: tx.at,
      last_used_at: null,
      revoked_at: null,
    });
    return { ...present(row), key };
  });
}

export async function listApiKeys(app: App, actor: { companyId: number }): Promise<{ count: number; items: ApiKey[] }> {
  const items = (await listApiKeyRows(app.read, actor.companyId)).map(present);
  return { count: items.length, items };
}

export async function revokeApiKey(app: App, actor: Pick<CompanyActor, 'companyId'>, id: number): Promise<void> {
  await app.transact(async (tx) => {
    if (!(await revokeApiKeyRow(tx.db, actor.companyId, id, tx.at))) throw notFound('API key');
  });
}

type Row = Omit<Tables['api_keys'], 'id'> & { id: number };
const present = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  createdAt: toIso(row.created_at),
  lastUsedAt: toIsoOrNull(row.last_used_at),
  revokedAt: toIsoOrNull(row.revoked_at),
});
