import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from './frame-reader.ts';
import { maskedFrame } from './testing.ts';
import { opcodes } from './websocket-frame.ts';

const { continuation, text, binary, close, ping, pong } = opcodes;
const limit = 1_000;

/** What a reader makes of bytes that come in these pieces. */
function readingOf(pieces: Uint8Array[], maxBytes = limit): string[] {
  const heard: string[] = [];
  const reader = new FrameReader(maxBytes);
  const listener = {
    message: (payload: Buffer) => void heard.push(`message ${payload.toString('hex')}`),
    ping: (payload: Buffer) => void heard.push(`ping ${payload.toString('hex')}`),
    closing: (code: number, reason: string) => void heard.push(`closing ${code} ${reason}`),
    broken: () => void heard.push('broken'),
  };
  for (const piece of pieces) reader.read(Buffer.from(piece), listener);
  expect(reader.ended).toBe(heard.some((one) => one === 'broken' || one.startsWith('closing')));
  return heard;
}

const payload = (maxLength: number) => fc.uint8Array({ maxLength });
/** A ping or pong that may come between two fragments, and what is heard of it. */
const interlude = fc.record({ opcode: fc.constantFrom(ping, pong), payload: payload(125) });
const messages = fc.array(
  fc.record({
    opcode: fc.constantFrom(text, binary),
    fragments: fc.array(fc.record({ payload: payload(300), before: fc.array(interlude, { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  { maxLength: 5 },
);

test('whatever the fragments, what comes between them and how the network cuts it: every message once and whole', () => {
  const property = fc.property(messages, fc.array(fc.nat({ max: 400 })), (all, cuts) => {
    const frames: Buffer[] = [];
    const expected: string[] = [];
    for (const { opcode, fragments } of all) {
      fragments.forEach((fragment, index) => {
        for (const between of fragment.before) {
          frames.push(maskedFrame(between.opcode, between.payload));
          if (between.opcode === ping) expected.push(`ping ${Buffer.from(between.payload).toString('hex')}`);
        }
        const final = index === fragments.length - 1;
        frames.push(maskedFrame(index === 0 ? opcode : continuation, fragment.payload, { final }));
      });
      expected.push(`message ${Buffer.concat(fragments.map((one) => one.payload)).toString('hex')}`);
    }
    const bytes = Buffer.concat(frames);
    const pieces: Buffer[] = [];
    let at = 0;
    for (const length of cuts) {
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    pieces.push(bytes.subarray(at));
    expect(readingOf(pieces)).toEqual(expected);
  });
  fc.assert(property, { numRuns: 300 });
});

test.each([0, 1, 125, 126, 65_535, 65_536, 70_000])(
  'a message of %d bytes comes whole, also a byte at a time',
  (length) => {
    const frame = maskedFrame(text, Buffer.alloc(length, 'x'));
    const expected = [`message ${Buffer.alloc(length, 'x').toString('hex')}`];
    expect(readingOf([frame], 70_000)).toEqual(expected);
    expect(
      readingOf(
        Array.from(frame, (byte) => Uint8Array.of(byte)),
        70_000,
      ),
    ).toEqual(expected);
  },
);

test.each([
  ['no mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
  ['a reserved bit', maskedFrame(0x40 | text, [])],
  ['an unknown opcode', maskedFrame(3, [])],
  ['an unknown control opcode', maskedFrame(11, [])],
  ['a fragmented ping', maskedFrame(ping, [], { final: false })],
  ['a ping of 126 bytes', maskedFrame(ping, Buffer.alloc(126))],
  ['a continuation of nothing', maskedFrame(continuation, [])],
  ['a message inside another', Buffer.concat([maskedFrame(text, [], { final: false }), maskedFrame(text, [])])],
  ['a message above the limit', maskedFrame(binary, Buffer.alloc(limit + 1))],
  [
    'fragments above the limit together',
    Buffer.concat([
      maskedFrame(text, Buffer.alloc(limit), { final: false }),
      maskedFrame(continuation, Buffer.alloc(1)),
    ]),
  ],
  ['a length of exabytes', Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0])],
  ['half a close code', maskedFrame(close, [3])],
  ['a close code below 1000', maskedFrame(close, [3, 231])],
  ['a close code that is never sent', maskedFrame(close, [3, 237])],
  ['a close code that nobody has defined', maskedFrame(close, [3, 248])],
  ['the last of those', maskedFrame(close, [11, 183])],
  ['a close code above 4999', maskedFrame(close, [19, 136])],
  ['a close reason that is no UTF-8', maskedFrame(close, [3, 232, 255])],
])('%s breaks the rules, and nothing is read after it', (_name, bytes) => {
  expect(readingOf([bytes, maskedFrame(text, [1])])).toEqual(['broken']);
  expect(readingOf([Buffer.concat([bytes, maskedFrame(text, [1])])])).toEqual(['broken']);
});

test('a length above the limit is refused before a byte of it has come', () => {
  expect(readingOf([maskedFrame(text, Buffer.alloc(limit + 1)).subarray(0, 4)])).toEqual(['broken']);
});

test('a close frame is told with its code and reason, and ends the reading', () => {
  const after = maskedFrame(text, [1]);
  expect(readingOf([maskedFrame(close, []), after])).toEqual(['closing 1005 ']);
  expect(readingOf([maskedFrame(close, [11, 184, ...Buffer.from('é')]), after])).toEqual(['closing 3000 é']);
});

test('any bytes are read or refused, and never throw', () => {
  const property = fc.property(fc.array(payload(40)), (pieces) => {
    const heard = readingOf(pieces);
    expect(heard.indexOf('broken')).toBeOneOf([-1, heard.length - 1]);
  });
  fc.assert(property, { numRuns: 3_000 });
});
