import { createHash } from 'node:crypto';
import { limits } from '@switchboard/protocol';
import type { Actor } from '../actor.ts';
import { invalid, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { claimKey, keepAnswer } from './idempotency.store.ts';
import { seal, unseal } from './seal.ts';

const longestKey = 200;
const keptMs = limits.idempotencyHours * 3600_000;

export interface Repeatable {
  owner: string;
  key: string;
  requestHash: string;
}

export function repeatableRequest(
  key: string | string[] | undefined,
  actor: Actor | null,
  endpoint: string,
  request: unknown,
): Repeatable | null {
  if (key === undefined || actor === null) return null;
  if (typeof key !== 'string' || key.length < 1 || key.length > longestKey) {
    throw invalid([{ path: 'Idempotency-Key', message: `must be 1 to ${longestKey} characters` }]);
  }
  const requestHash = hash(JSON.stringify(request ?? null));
  return { owner: `${ownerOf(actor)} ${endpoint}`, key, requestHash };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

const ownerOf = (actor: Actor): string => {
  if (actor.kind === 'company') return `company ${actor.companyId}`;
  return actor.kind === 'operator' ? `operator ${actor.operatorId}` : `client ${actor.clientId}`;
};

/**
 * Runs a creating action so that what its transaction yields is stored by that same transaction: whatever happens after
 * the commit, a repeat yields it again without acting. So the action has one transaction, and its answer follows from it.
 * An answer may hold a secret that is stored nowhere else (an API key): it is kept so that only the repeat can read it.
 */
export async function actOnce<T>(
  app: App,
  { owner, key, requestHash }: Repeatable,
  act: (app: App) => Promise<T>,
): Promise<{ value: T; replayed: boolean }> {
  let replayed = false;
  const once: App = {
    ...app,
    atOnce: null,
    sendTogether: null,
    transact: <V>(run: (tx: Tx) => Promise<V>) =>
      app.transact(async (tx) => {
        const row = { owner, key: hash(key), request_hash: requestHash, answer: '', created_at: tx.at };
        const before = await claimKey(tx.db, row, tx.at - keptMs);
        if (before && before.request_hash !== requestHash) {
          throw new Refused(
            'idempotency_mismatch',
            'This Idempotency-Key was used for another request. Take a new one.',
          );
        }
        replayed = before !== undefined;
        if (before) return JSON.parse(unseal(before.answer, `${owner} ${key}`)) as V;
        const value = await run(tx);
        await keepAnswer(tx.db, row, seal(JSON.stringify(value), `${owner} ${key}`));
        return value;
      }),
  };
  const value = await act(once);
  return { value, replayed };
}
