import type { CompanyActor } from '../actor.ts';
import type { App } from '../parts.ts';
import { findApiKeyByHash, touchApiKey } from './api-key.store.ts';
import { digest } from './token.ts';

// Last use is shown to the minute; writing it on every request would be a write per read.
const lastUsedStepMs = 60_000;

export async function authenticateApiKey(app: App, key: string): Promise<CompanyActor | null> {
  const row = await findApiKeyByHash(app.read, digest(key));
  if (!row) return null;
  const now = app.clock.now();
  if (row.last_used_at === null || now - row.last_used_at >= lastUsedStepMs) {
    await app.transact((tx) => touchApiKey(tx.db, row.id, now));
  }
  return { kind: 'company', companyId: row.company_id };
}
