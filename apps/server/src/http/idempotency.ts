import { createHash } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { invalid, Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { claimKey, keepAnswer } from './idempotency.store.ts';

const longestKey = 200;

/** Thrown inside the transaction: this request was answered before. */
class Answered extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super();
    this.answer = answer;
  }
}

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
  const requestHash = createHash('sha256')
    .update(JSON.stringify(request ?? null))
    .digest('base64url');
  return { owner: `${ownerOf(actor)} ${endpoint}`, key, requestHash };
}

const ownerOf = (actor: Actor): string => {
  if (actor.kind === 'company') return `company ${actor.companyId}`;
  return actor.kind === 'operator' ? `operator ${actor.operatorId}` : `client ${actor.clientId}`;
};

/**
 * Runs a creating action so that its answer is stored in its own transaction: whatever happens after the commit, the
 * repeat finds it. The action's transaction must return the answer.
 */
export async function actOnce<T>(
  app: App,
  repeatable: Repeatable,
  act: (app: App) => Promise<T>,
): Promise<{ value: T; replayed: boolean }> {
  const { owner, key, requestHash } = repeatable;
  const once: App = {
    ...app,
    transact: (run) =>
      app.transact(async (tx) => {
        const row = { owner, key, request_hash: requestHash, answer: '', created_at: tx.at };
        const before = await claimKey(tx.db, row);
        if (before) {
          if (before.request_hash === requestHash) throw new Answered(JSON.parse(before.answer));
          throw new Refused(
            'idempotency_mismatch',
            'This Idempotency-Key was used for another request. Take a new one.',
          );
        }
        const value = await run(tx);
        await keepAnswer(tx.db, row, JSON.stringify(value));
        return value;
      }),
  };
  try {
    return { value: await act(once), replayed: false };
  } catch (error) {
    if (error instanceof Answered) return { value: error.answer as T, replayed: true };
    throw error;
  }
}
