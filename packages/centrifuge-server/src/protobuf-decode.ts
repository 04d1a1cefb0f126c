import type { Command, ConnectCommand, SubscribeCommand } from './encoding.ts';
import type { StreamPosition } from './history.ts';
import { payloadOfBytes, valueIn } from './payload.ts';
import { decodeDelimited, decodeMessage, type Message } from './protobuf-codec.ts';

/** Subscribe flag of Centrifuge protocol v2. */
const REJECT_UNRECOVERED = 2;

/** A binary frame into commands. @throws Error for anything the protocol does not allow. */
export function decodeProtobuf(frame: Buffer): Command[] {
  const commands = decodeDelimited('Command', frame).map(toCommand);
  if (commands.length === 0) throw new SyntaxError('a frame without a command');
  return commands;
}

/** Where the emulation endpoint's commands belong, and the commands themselves. @throws Error */
export function decodeEmulationProtobuf(body: Buffer): { session: string; node: string; data: Buffer } {
  const message = decodeMessage('EmulationRequest', body);
  return { session: text(message.session), node: text(message.node), data: Buffer.from(bytes(message.data)) };
}

function toCommand(command: Message): Command {
  if (command.send !== undefined) return { type: 'send', data: value(fields(command.send).data) };
  const id = number(command.id);
  if (id === 0) {
    if (Object.keys(command).every((key) => key === 'id')) return { type: 'pong' };
    throw new SyntaxError('a command without id');
  }
  for (const name of Object.keys(readers)) {
    const read = readers[name];
    if (read !== undefined && command[name] !== undefined) return read(id, fields(command[name]));
  }
  throw new SyntaxError('an unknown command');
}

const readers: Record<string, (id: number, request: Message) => Command> = {
  connect: (id, request) => ({ type: 'connect', id, request: toConnect(request) }),
  subscribe: (id, request) => ({ type: 'subscribe', id, ...toSubscribe(request) }),
  unsubscribe: (id, { channel }) => ({ type: 'unsubscribe', id, channel: toChannel(channel) }),
  publish(id, { channel, data, type, key }) {
    if (number(type) !== 0 || text(key) !== '') throw new SyntaxError('a map');
    return { type: 'publish', id, channel: toChannel(channel), payload: payloadOfBytes(bytes(data)) };
  },
  rpc: (id, { method, data }) => ({ type: 'rpc', id, method: text(method), data: value(data) }),
  history(id, { channel, limit, since, reverse }) {
    return {
      type: 'history',
      id,
      channel: toChannel(channel),
      limit: number(limit),
      since: since === undefined ? null : toPosition(fields(since)),
      reverse: reverse === true,
    };
  },
  presence: (id, { channel }) => ({ type: 'presence', id, channel: text(channel) }),
  presence_stats: (id, { channel }) => ({ type: 'presence_stats', id, channel: text(channel) }),
  refresh: (id, { token }) => ({ type: 'refresh', id, token: text(token) }),
  sub_refresh: (id, { channel, token }) => ({ type: 'sub_refresh', id, channel: text(channel), token: text(token) }),
};

function toConnect({ data, token, name, version, subs, headers }: Message): ConnectCommand {
  const since = new Map<string, StreamPosition>();
  for (const [channel, request] of map(subs)) {
    const asked = fields(request);
    if (asked.recover === true) since.set(channel, toPosition(asked));
  }
  const connect = { data: value(data), token: text(token), name: text(name), version: text(version), since };
  if (headers === undefined) return connect;
  return { ...connect, headers: Object.fromEntries([...map(headers)].map(([key, one]) => [key, text(one)])) };
}

function toSubscribe(request: Message): SubscribeCommand {
  const { channel, token, data, join_leave, delta, flag, type, tf, recover } = request;
  return {
    channel: toChannel(channel),
    since: recover === true ? toPosition(request) : null,
    token: text(token),
    data: value(data),
    joinLeave: join_leave === true,
    delta: text(delta) === 'fossil',
    rejectUnrecovered: (number(flag) & REJECT_UNRECOVERED) !== 0,
    foreign: number(type) !== 0 || tf !== undefined,
  };
}

function toPosition({ epoch, offset }: Message): StreamPosition {
  const place = { epoch: text(epoch), offset: number(offset) };
  if (!Number.isSafeInteger(place.offset)) throw new SyntaxError('a bad offset');
  return place;
}

function toChannel(channel: unknown): string {
  const name = text(channel);
  if (name === '') throw new SyntaxError('no channel');
  return name;
}

/** A payload as the application sees it: parsed where it is JSON. */
function value(data: unknown): unknown {
  return data === undefined ? undefined : valueIn(payloadOfBytes(bytes(data)));
}

// The codec has read by the schema already: what is there has its type.
const text = (field: unknown): string => (typeof field === 'string' ? field : '');
const number = (field: unknown): number => (typeof field === 'number' ? field : 0);
const bytes = (field: unknown): Uint8Array => (field instanceof Uint8Array ? field : new Uint8Array());
const map = (field: unknown): Map<string, unknown> => (field instanceof Map ? field : new Map());
const fields = (field: unknown): Message =>
  typeof field === 'object' && field !== null ? Object.fromEntries(Object.entries(field)) : {};
