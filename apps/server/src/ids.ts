import { randomBytes, randomFillSync } from 'node:crypto';

/** Chance is passed in, so that a test can foresee it. */
export interface Ids {
  /** UUID version 7: rises with time, so rows of one moment lie side by side. */
  uuid(at: number): string;
  /** 128 bits nobody can guess, in URL characters. */
  secret(): string;
}

export const randomIds: Ids = { uuid: uuidV7, secret: () => randomBytes(16).toString('base64url') };

// Asking for randomness costs the same for sixteen bytes as for four thousand.
const pool = Buffer.alloc(4096);
let used = pool.length;

function uuidV7(at: number): string {
  if (used + 16 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
