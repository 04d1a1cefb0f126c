import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import type { LiveActor } from './live.ts';

/**
 * The address that counts for the limit, by the rule of all other requests: each proxy adds at the end whom it saw, and what
 * stands before the entries of our own anybody may have invented. A proxy on this machine that is not trusted would make
 * everybody one address, so that one is not counted.
 */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const own = socket.remoteAddress ?? '';
  if (proxies === 0) return isLoopback(own) ? '' : own;
  const seen = String(headers['x-forwarded-for'] ?? '').split(',');
  return (seen.at(-proxies) ?? seen[0] ?? '').trim() || own;
}

function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/i, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** How many connections a token has: an operator's sign-in, or a client. */
export function createTokenPlaces(most: number) {
  const taken = new Map<string, number>();
  const of = (actor: LiveActor) => taken.get(keyOf(actor)) ?? 0;
  return {
    isFull: (actor: LiveActor): boolean => most > 0 && of(actor) >= most,
    /** False: one too many, because several came in at the same time. */
    take(actor: LiveActor): boolean {
      taken.set(keyOf(actor), of(actor) + 1);
      return most === 0 || of(actor) <= most;
    },
    leave(actor: LiveActor): void {
      const left = of(actor) - 1;
      if (left > 0) taken.set(keyOf(actor), left);
      else taken.delete(keyOf(actor));
    },
  };
}

const keyOf = (actor: LiveActor): string =>
  actor.kind === 'client' ? `client:${actor.clientId}` : `operator:${actor.signInId}`;
