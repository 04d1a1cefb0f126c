import { createHash } from 'node:crypto';
import { limits } from '@switchboard/protocol';
import type { Actor } from '../actor.ts';
import { type FieldError, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { claimKey, findKey, keepAnswer } from './idempotency.store.ts';
import { seal, unseal } from './seal.ts';

const longestKey = 200;
const keptMs = limits.idempotencyHours * 3600_000;

export interface Repeatable {
  owner: string;
  key: string;
  requestHash: string;
}

export function badKey(key: string | string[] | undefined): FieldError[] {
  if (key === undefined || (typeof key === 'string' && key.length >= 1 && key.length <= longestKey)) return [];
  return [{ path: 'Idempotency-Key', message: `must be 1 to ${longestKey} characters` }];
}

interface Asked {
  actor: Actor | null;
  ip: string;
  params: unknown;
  body: unknown;
}

export const repeatableRequest = (key: string, { actor, ip, params, body }: Asked, endpoint: string): Repeatable => ({
  owner: `${ownerOf(actor, ip)} ${endpoint}`,
  key,
  requestHash: hash(JSON.stringify([params, body ?? null])),
});

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

function ownerOf(actor: Actor | null, ip: string): string {
  // Nobody said who asks: a key that somebody else has thought of too must not open what was answered here.
  if (actor === null) return `address ${ip}`;
  if (actor.kind === 'company') return `company ${actor.companyId}`;
  return actor.kind === 'operator' ? `operator ${actor.operatorId}` : `client ${actor.clientId}`;
}

interface Outcome<T> {
  value: T;
  replayed: boolean;
}

/**
 * Runs a creating action so that what its transaction yields is stored by that same transaction: whatever happens after
 * the commit, a repeat yields it again without acting. So the action has at most one transaction, and that yields its answer.
 * An answer may hold a secret that is stored nowhere else (an API key): it is kept so that only the repeat can read it.
 */
export async function actOnce<T>(
  app: App,
  repeatable: Repeatable,
  act: (app: App) => Promise<T>,
): Promise<Outcome<unknown>> {
  const row = { owner: repeatable.owner, key: hash(repeatable.key), request_hash: repeatable.requestHash };
  const secret = `${repeatable.owner} ${repeatable.key}`;
  const replay = (before: { request_hash: string; answer: string }): unknown => {
    if (before.request_hash === row.request_hash) return JSON.parse(unseal(before.answer, secret));
    throw new Refused('idempotency_mismatch', 'This Idempotency-Key was used for another request. Take a new one.');
  };
  // What an action looks at before its transaction may be different by now: a link that works once was used.
  const before = await findKey(app.read, row, app.clock.now() - keptMs);
  if (before) return { value: replay(before), replayed: true };

  let transacted = false;
  let replayed = false;
  const transact = <V>(run: (tx: Tx) => Promise<V>): Promise<V> =>
    app.transact(async (tx) => {
      const meanwhile = await claimKey(tx.db, { ...row, answer: '', created_at: tx.at }, tx.at - keptMs);
      replayed = meanwhile !== undefined;
      transacted = true;
      if (meanwhile) return replay(meanwhile) as V;
      const value = await run(tx);
      await keepAnswer(tx.db, row, seal(JSON.stringify(value), secret));
      return value;
    });
  const value = await act({ ...app, messageBatches: null, sendTogether: null, transact });
  // An action that found nothing to write has an answer all the same.
  return { value: transacted ? value : await transact(async () => value), replayed };
}
