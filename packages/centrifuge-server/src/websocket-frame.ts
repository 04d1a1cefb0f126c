import type { Outgoing } from './outgoing.ts';
import { payloads } from './outgoing.ts';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const NEWLINE = 0x0a;

/** Waiting messages as one text frame, joined by newlines. Built once for all connections that wait for the same. */
export function textFrame(messages: Outgoing): Buffer {
  if (messages.frame !== null) return messages.frame;
  // No separator after the last one.
  const length = messages.bytes - 1;
  const headerLength = headerLengthFor(length);
  const frame = Buffer.allocUnsafe(headerLength + length);
  writeHeader(frame, FINAL_TEXT, length);
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

/** Waiting messages as one binary frame, one behind the other: they carry their lengths. Built once like the other. */
export function binaryFrame(messages: Outgoing): Buffer {
  if (messages.frame !== null) return messages.frame;
  const list = messages.before === null ? [messages.payload] : payloads(messages);
  let length = 0;
  for (const payload of list) length += payload.length;
  const headerLength = headerLengthFor(length);
  const frame = Buffer.allocUnsafe(headerLength + length);
  writeHeader(frame, FINAL_BINARY, length);
  let at = headerLength;
  for (const payload of list) at += payload.copy(frame, at);
  messages.frame = frame;
  return frame;
}

function headerLengthFor(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** RFC 6455 §5.2; a server does not mask. */
function writeHeader(frame: Buffer, kind: number, length: number): void {
  frame[0] = kind;
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
