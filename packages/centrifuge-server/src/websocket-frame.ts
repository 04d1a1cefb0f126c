import type { Outgoing } from './outgoing.ts';
import { payloads } from './outgoing.ts';

/** RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** RFC 6455 §7.4.1: codes that stand for something and are never sent. */
export const closeCodes = { reserved: 1004, noCode: 1005, abnormal: 1006, tls: 1015 } as const;

const FINAL = 0x80;
const NEWLINE = 0x0a;

/** Waiting messages as one text frame, joined by newlines. Built once for all connections that wait for the same. */
export function textFrame(messages: Outgoing): Buffer {
  if (messages.frame !== null) return messages.frame;
  // No separator after the last one.
  const length = messages.bytes - 1;
  const headerLength = headerLengthFor(length);
  const frame = Buffer.allocUnsafe(headerLength + length);
  writeHeader(frame, opcodes.text, length);
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
  writeHeader(frame, opcodes.binary, length);
  let at = headerLength;
  for (const payload of list) at += payload.copy(frame, at);
  messages.frame = frame;
  return frame;
}

/** An answer to a ping, with its payload of at most 125 bytes. */
export function pongFrame(payload: Buffer): Buffer {
  return controlFrame(opcodes.pong, payload);
}

/** @param reason at most 123 bytes of UTF-8 */
export function closeFrame(code: number, reason: string): Buffer {
  if (code === closeCodes.noCode) return controlFrame(opcodes.close, Buffer.alloc(0));
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return controlFrame(opcodes.close, payload);
}

function controlFrame(opcode: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(headerLengthFor(payload.length));
  writeHeader(header, opcode, payload.length);
  return Buffer.concat([header, payload]);
}

function headerLengthFor(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** RFC 6455 §5.2; a server does not mask. */
function writeHeader(frame: Buffer, opcode: number, length: number): void {
  frame[0] = FINAL | opcode;
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
