import type { Outgoing } from './outgoing.ts';
import { payloads } from './outgoing.ts';

const FINAL_TEXT = 0x81;
const NEWLINE = 0x0a;

/** Waiting messages as one text frame, joined by newlines. Built once for all connections that wait for the same. */
export function textFrame(messages: Outgoing): Buffer {
  if (messages.frame !== null) return messages.frame;
  // No separator after the last one.
  const length = messages.bytes - 1;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  writeHeader(frame, length);
  let at = headerLength;
  if (messages.before === null) messages.payload.copy(frame, at);
  else {
    for (const payload of payloads(messages)) {
      if (at > headerLength) frame[at++] = NEWLINE;
      at += payload.copy(frame, at);
    }
  }
  messages.frame = frame;
  return frame;
}

/** RFC 6455 §5.2; a server does not mask. */
function writeHeader(frame: Buffer, length: number): void {
  frame[0] = FINAL_TEXT;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
}
