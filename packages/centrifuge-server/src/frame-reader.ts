import { isUtf8 } from 'node:buffer';
import { GrowingBuffer } from './growing-buffer.ts';
import { closeCodes, opcodes } from './websocket-frame.ts';

/** What a client's frames say, in the order in which they came. */
export interface FrameListener {
  message(payload: Buffer): void;
  ping(payload: Buffer): void;
  /** The client's close frame. Nothing is read after it. */
  closing(code: number, reason: string): void;
  /** The frames break the rules: nothing is read any more. */
  broken(): void;
}

interface Header {
  final: boolean;
  opcode: number;
  /** Where the mask begins; the payload follows its four bytes. */
  maskAt: number;
  length: number;
}

const known: ReadonlySet<number> = new Set(Object.values(opcodes));
const neverSent: ReadonlySet<number> = new Set(Object.values(closeCodes));
const MASK_BYTES = 4;
const MAX_CONTROL_BYTES = 125;

/**
 * Reads the frames of a client (RFC 6455 §5): masked, without extensions, their messages no larger than a limit. It
 * keeps at most twice what has come. Whether text is UTF-8 is for whoever decodes it.
 */
export class FrameReader {
  readonly #maxBytes: number;
  /** The beginning of a frame whose end has not come. */
  #rest: GrowingBuffer | null = null;
  /** The fragments so far of a message. */
  #fragments: GrowingBuffer | null = null;
  #ended = false;

  /** @param maxBytes of a message, all its fragments together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Nothing more is read: the client's close frame has come, or something broken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Unmasks in place: the chunk belongs to the reader. */
  read(chunk: Buffer, listener: FrameListener): void {
    if (this.#ended) return;
    let bytes = chunk;
    if (this.#rest !== null) {
      this.#rest.append(chunk);
      bytes = this.#rest.bytes;
    }
    let at = 0;
    while (!this.#ended) {
      const header = this.#headerAt(bytes, at);
      if (header === 'incomplete') break;
      if (header === 'broken') {
        this.#break(listener);
        return;
      }
      const from = header.maskAt + MASK_BYTES;
      const to = from + header.length;
      if (to > bytes.length) break;
      unmask(bytes, header.maskAt, to);
      at = to;
      this.#take(header, bytes.subarray(from, to), listener);
    }
    this.#keep(bytes, at);
  }

  #keep(bytes: Buffer, at: number): void {
    if (this.#ended || at === bytes.length) this.#rest = null;
    else if (at > 0 || this.#rest === null) {
      this.#rest = new GrowingBuffer();
      this.#rest.append(bytes.subarray(at));
    }
  }

  #headerAt(bytes: Buffer, at: number): Header | 'incomplete' | 'broken' {
    if (bytes.length < at + 2) return 'incomplete';
    const first = bytes.readUInt8(at);
    const second = bytes.readUInt8(at + 1);
    const opcode = first & 0x0f;
    const final = (first & 0x80) !== 0;
    const reserved = (first & 0x70) !== 0;
    const masked = (second & 0x80) !== 0;
    if (reserved || !masked || !known.has(opcode)) return 'broken';
    let length = second & 0x7f;
    if (opcode >= opcodes.close) {
      if (!final || length > MAX_CONTROL_BYTES) return 'broken';
    } else if ((opcode === opcodes.continuation) !== (this.#fragments !== null)) return 'broken';
    let maskAt = at + 2;
    if (length === 126) {
      maskAt += 2;
      if (bytes.length < maskAt) return 'incomplete';
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      maskAt += 8;
      if (bytes.length < maskAt) return 'incomplete';
      length = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
    }
    if (length + (this.#fragments?.length ?? 0) > this.#maxBytes && opcode < opcodes.close) return 'broken';
    return { final, opcode, maskAt, length };
  }

  #take({ opcode, final }: Header, payload: Buffer, listener: FrameListener): void {
    if (opcode === opcodes.ping) listener.ping(payload);
    else if (opcode === opcodes.close) this.#close(payload, listener);
    else if (opcode !== opcodes.pong) this.#takeData(final, payload, listener);
  }

  #takeData(final: boolean, payload: Buffer, listener: FrameListener): void {
    if (final && this.#fragments === null) {
      listener.message(payload);
      return;
    }
    this.#fragments ??= new GrowingBuffer();
    this.#fragments.append(payload);
    if (!final) return;
    const { bytes } = this.#fragments;
    this.#fragments = null;
    listener.message(bytes);
  }

  #close(payload: Buffer, listener: FrameListener): void {
    const { noCode } = closeCodes;
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : noCode;
    const reason = payload.subarray(2);
    if (payload.length === 1 || !mayBeSent(code, payload.length) || !isUtf8(reason)) {
      this.#break(listener);
      return;
    }
    this.#ended = true;
    listener.closing(code, reason.toString());
  }

  #break(listener: FrameListener): void {
    this.#ended = true;
    this.#rest = null;
    this.#fragments = null;
    listener.broken();
  }
}

/** RFC 6455 §7.4: what a close frame may carry; some codes only stand for something, and those from 1015 to 2999 for nothing yet. */
function mayBeSent(code: number, length: number): boolean {
  if (length === 0) return true;
  return (code >= 1_000 && code <= 1_014 && !neverSent.has(code)) || (code >= 3_000 && code <= 4_999);
}

function unmask(bytes: Buffer, maskAt: number, to: number): void {
  const from = maskAt + MASK_BYTES;
  for (let at = from; at < to; at++) bytes[at] = (bytes[at] ?? 0) ^ (bytes[maskAt + ((at - from) & 3)] ?? 0);
}
