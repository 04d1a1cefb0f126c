import type { Clock } from '../clock.ts';
import { Refused } from '../errors.ts';
import type { AttemptLimit } from '../parts.ts';

const windowMs = 15 * 60 * 1000;
// Beyond this many keys the oldest windows go: memory stays bounded under a flood of invented logins.
const mostKeys = 100_000;

/** Wrong attempts per login and per address in a window of fifteen minutes. */
export function createAttemptLimit(clock: Clock, perLogin: number, perAddress: number): AttemptLimit {
  const windows = new Map<string, Window>();

  const keysOf = (login: string, address: string): [string, number][] => [
    // As the sign-in itself reads it, or every added space would be a fresh set of tries.
    [`login ${login.trim().toLowerCase()}`, perLogin],
    [`address ${address}`, perAddress],
  ];

  function windowOf(key: string, now: number) {
    const current = windows.get(key);
    if (current && current.endsAt > now) return current;
    windows.delete(key);
    if (windows.size >= mostKeys) windows.delete(windows.keys().next().value as string);
    const fresh = { wrong: 0, pending: 0, endsAt: now + windowMs };
    windows.set(key, fresh);
    return fresh;
  }

  return {
    attempt(login, address) {
      const now = clock.now();
      const counted = keysOf(login, address).map(([key, most]) => ({ window: windowOf(key, now), most }));
      const full = counted.find(({ window, most }) => window.wrong + window.pending >= most);
      if (full) {
        // As long as guesses are being checked nobody knows whether they are wrong; a moment later it is known.
        const afterSeconds = full.window.wrong >= full.most ? Math.ceil((full.window.endsAt - now) / 1000) : 1;
        const sentence = `Too many sign-ins. Try again in ${afterSeconds} s.`;
        throw new Refused('too_many_requests', sentence, {}, { afterSeconds, limit: full.most });
      }
      for (const { window } of counted) window.pending++;
      return (wasRight) => {
        for (const { window } of counted) {
          window.pending--;
          if (!wasRight) window.wrong++;
        }
      };
    },
  };
}

interface Window {
  wrong: number;
  /** Being checked now. */
  pending: number;
  endsAt: number;
}
