import { limits } from '@switchboard/protocol';
import type { Dialect } from './database/dialect.ts';
import { deleteOldEvents } from './events/event.store.ts';
import { deleteOldKeys } from './http/idempotency.store.ts';
import { deleteOldSignIns } from './operators/sign-in.store.ts';
import type { App } from './parts.ts';

const hourMs = 3600_000;
// A sign-in is kept a while after its end, so that a late refresh is told what it is.
const signInsKeptMs = 24 * hourMs;

/** Rows that nobody can need any more. A little at a time: the writer is never held for long. */
export async function tidy(app: App, { eventHours, dialect }: { eventHours: number; dialect: Dialect }): Promise<void> {
  const now = app.clock.now();
  await app.transact((tx) => deleteOldKeys(tx.db, now - limits.idempotencyHours * hourMs));
  await app.transact((tx) => deleteOldSignIns(tx.db, now - signInsKeptMs));
  while ((await app.transact((tx) => deleteOldEvents(tx.db, dialect, now - eventHours * hourMs))) > 0);
}
