import type { Keep } from './keep.ts';

export interface Unsent {
  localId: string;
  body: string;
  /** Milliseconds; also the order of sending. */
  at: number;
  /** Refused for good: why. Absent while it waits. */
  refused?: { code: string; error: string };
}

/** Messages not yet with the server. One key each, so that tabs never overwrite each other's. */
export function openOutbox(keep: Keep, now: () => number = Date.now, newId: () => string = randomId): Outbox {
  let lastAt = 0;
  const write = (unsent: Unsent) => keep.set(prefix + unsent.localId, JSON.stringify(unsent));
  const nextAt = () => {
    lastAt = Math.max(now(), lastAt + 1);
    return lastAt;
  };
  const find = (localId: string) => parse(keep.get(prefix + localId));
  return {
    list: () =>
      keep
        .keys()
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => parse(keep.get(key)) ?? [])
        .sort((a, b) => a.at - b.at || a.localId.localeCompare(b.localId)),
    add: (body) => write({ localId: newId(), body, at: nextAt() }),
    refuse(localId, refused) {
      const unsent = find(localId);
      if (unsent) write({ ...unsent, refused });
    },
    again(localId) {
      const unsent = find(localId);
      if (unsent) write({ localId, body: unsent.body, at: nextAt() });
    },
    remove: (localId) => keep.remove(prefix + localId),
  };
}

export interface Outbox {
  /** In the order of sending. */
  list: () => Unsent[];
  add: (body: string) => void;
  refuse: (localId: string, why: { code: string; error: string }) => void;
  again: (localId: string) => void;
  remove: (localId: string) => void;
}

const prefix = 'out:';

function parse(text: string | null): Unsent | null {
  try {
    const unsent: Unsent | null = JSON.parse(text ?? 'null');
    return unsent && typeof unsent.body === 'string' && typeof unsent.localId === 'string' ? unsent : null;
  } catch {
    return null;
  }
}

/** crypto.randomUUID is missing on plain http. */
function randomId(): string {
  return (
    crypto.randomUUID?.() ??
    [...crypto.getRandomValues(new Uint8Array(16))].map((b) => (b + 256).toString(16).slice(1)).join('')
  );
}
