import { isUtf8 } from 'node:buffer';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { schema } from './protobuf-schema.ts';

/** A message as an object: fields by name, as in JSON. Numbers of 64 bits are numbers, so exact below 2^53. */
export type Message = Record<string, unknown>;

type Writing = (writer: BinaryWriter, value: unknown) => void;
type Reading = (reader: BinaryReader, message: Message) => void;

interface Compiled {
  fields: { name: string; write: Writing }[];
  readers: Map<number, { wireType: WireType; read: Reading }>;
}

/** One message behind its length (a varint), as protobuf frames of Centrifuge protocol v2 are made of. */
export function encodeDelimited(type: string, message: Message): Buffer {
  const writer = new BinaryWriter();
  writer.fork();
  writeMessage(writer, compiled(type), message);
  const bytes = writer.join().finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws Error for whatever is no such message. */
export function decodeMessage(type: string, bytes: Uint8Array): Message {
  return readMessage(new BinaryReader(bytes), compiled(type), bytes.length);
}

/** All messages of a frame. @throws Error for half messages, lengths beyond the frame and anything else broken. */
export function decodeDelimited(type: string, frame: Uint8Array): Message[] {
  const reader = new BinaryReader(frame);
  const messages: Message[] = [];
  while (reader.pos < reader.len) messages.push(readMessage(reader, compiled(type), reader.uint32()));
  return messages;
}

const cache = new Map<string, Compiled>();

function compiled(type: string): Compiled {
  const known = cache.get(type);
  if (known !== undefined) return known;
  const made: Compiled = { fields: [], readers: new Map() };
  // Before the fields: a message may hold itself.
  cache.set(type, made);
  for (const [name, [number, fieldType]] of Object.entries(schema[type] ?? {})) {
    const codec = fieldType.endsWith('{}')
      ? mapOf(name, number, fieldType.slice(0, -2))
      : fieldType.endsWith('[]')
        ? listOf(name, number, fieldType.slice(0, -2))
        : oneOf(name, number, fieldType);
    made.fields.push({ name, write: codec.write });
    made.readers.set(number, codec);
  }
  return made;
}

function writeMessage(writer: BinaryWriter, { fields }: Compiled, message: Message): void {
  for (const { name, write } of fields) {
    const value = message[name];
    if (value !== undefined) write(writer, value);
  }
}

function readMessage(reader: BinaryReader, { readers }: Compiled, length: number): Message {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('half a message');
  const message: Message = {};
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = readers.get(number);
    if (field === undefined) reader.skip(wireType, number);
    else if (field.wireType !== wireType) throw new RangeError('a field of another type');
    else field.read(reader, message);
  }
  if (reader.pos !== end) throw new RangeError('a field beyond its message');
  return message;
}

interface Scalar {
  wireType: WireType;
  write(writer: BinaryWriter, value: unknown): void;
  read(reader: BinaryReader): unknown;
}

const scalars: Record<string, Scalar> = {
  uint32: varint(
    (writer, value) => writer.uint32(Number(value)),
    (reader) => reader.uint32(),
  ),
  int32: varint(
    (writer, value) => writer.int32(Number(value)),
    (reader) => reader.int32(),
  ),
  int64: varint(
    (writer, value) => writer.int64(Number(value)),
    (reader) => Number(reader.int64()),
  ),
  uint64: varint(
    (writer, value) => writer.uint64(Number(value)),
    (reader) => Number(reader.uint64()),
  ),
  bool: varint(
    (writer, value) => writer.bool(value === true),
    (reader) => reader.bool(),
  ),
  string: {
    wireType: WireType.LengthDelimited,
    write: (writer, value) => void writer.bytes(Buffer.from(String(value))),
    read(reader) {
      const bytes = reader.bytes();
      if (!isUtf8(bytes)) throw new RangeError('not UTF-8');
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    },
  },
  bytes: {
    wireType: WireType.LengthDelimited,
    write(writer, value) {
      if (value instanceof Uint8Array) writer.bytes(value);
    },
    read: (reader) => reader.bytes(),
  },
};

function varint(write: (writer: BinaryWriter, value: unknown) => unknown, read: Scalar['read']): Scalar {
  return { wireType: WireType.Varint, write: (writer, value) => void write(writer, value), read };
}

/** A scalar, or a message of that type. */
function codecOf(type: string): Scalar {
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar;
  const message = compiled(type);
  return {
    wireType: WireType.LengthDelimited,
    write(writer, value) {
      writer.fork();
      if (isMessage(value)) writeMessage(writer, message, value);
      writer.join();
    },
    read: (reader) => readMessage(reader, message, reader.uint32()),
  };
}

function oneOf(name: string, number: number, type: string): { write: Writing; wireType: WireType; read: Reading } {
  const { wireType, write, read } = codecOf(type);
  return {
    wireType,
    write: (writer, value) => write(writer.tag(number, wireType), value),
    read(reader, message) {
      message[name] = read(reader);
    },
  };
}

function listOf(name: string, number: number, type: string): ReturnType<typeof oneOf> {
  const { wireType, write, read } = codecOf(type);
  return {
    wireType,
    write(writer, value) {
      if (Array.isArray(value)) for (const one of value) write(writer.tag(number, wireType), one);
    },
    read(reader, message) {
      const list = message[name];
      if (Array.isArray(list)) list.push(read(reader));
      else message[name] = [read(reader)];
    },
  };
}

/** A map is a list of entries, key 1 and value 2. It is read into a `Map`: keys come from strangers. */
function mapOf(name: string, number: number, type: string): ReturnType<typeof oneOf> {
  const { wireType, write, read } = codecOf(type);
  return {
    wireType: WireType.LengthDelimited,
    write(writer, value) {
      if (!(value instanceof Map)) return;
      for (const [key, one] of value) {
        writer.tag(number, WireType.LengthDelimited).fork();
        writer.tag(1, WireType.LengthDelimited).string(String(key));
        write(writer.tag(2, wireType), one);
        writer.join();
      }
    },
    read(reader, message) {
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw new RangeError('half an entry');
      let key = '';
      let value: unknown;
      while (reader.pos < end) {
        const [field, fieldType] = reader.tag();
        if (field === 1 && fieldType === WireType.LengthDelimited) key = String(scalars.string?.read(reader));
        else if (field === 2 && fieldType === wireType) value = read(reader);
        else reader.skip(fieldType, field);
      }
      const known = message[name];
      const map = known instanceof Map ? known : new Map<string, unknown>();
      map.set(key, value);
      message[name] = map;
    },
  };
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null;
}
