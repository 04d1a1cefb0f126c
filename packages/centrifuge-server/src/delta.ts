import { isUtf8 } from 'node:buffer';
import { createDelta } from 'fossil-delta';
import { bytesOf, type Payload } from './payload.ts';

/**
 * What turns `before` into `after`, in the Fossil format; null when it would not be shorter, or when JSON clients could
 * not be sent it: a delta may cut a character in two, and then it is no text.
 */
export function deltaBetween(before: Payload, after: Payload): Uint8Array | null {
  const target = bytesOf(after);
  const delta = Uint8Array.from(createDelta<Uint8Array>(bytesOf(before), target));
  return delta.length < target.length && isUtf8(delta) ? delta : null;
}
