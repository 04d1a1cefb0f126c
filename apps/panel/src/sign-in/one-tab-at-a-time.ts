import { randomId } from '../parts/random-id.ts';
import { readStored, writeStored } from '../parts/storage.ts';

const leaseMs = 10_000;

/**
 * Runs `act` in one tab at a time: a refresh token works once, and a second use ends the sign-in.
 * Without the Web Locks API (plain http) a lease in storage stands in.
 */
export async function oneTabAtATime<T>(name: string, act: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(`switchboard.${name}`, act);
  const me = randomId();
  while (!(await lease(name, me))) await pause(100);
  try {
    return await act();
  } finally {
    writeStored(`lease.${name}`, null);
  }
}

async function lease(name: string, me: string): Promise<boolean> {
  const [, until] = (readStored(`lease.${name}`) ?? '').split(' ');
  if (Number(until ?? 0) > Date.now()) return false;
  const mine = `${me} ${Date.now() + leaseMs}`;
  writeStored(`lease.${name}`, mine);
  // Two tabs may have written in the same moment: the last one has it.
  await pause(50);
  const stored = readStored(`lease.${name}`);
  return stored === null || stored === mine;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
