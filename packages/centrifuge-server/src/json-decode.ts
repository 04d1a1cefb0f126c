import { isUtf8 } from 'node:buffer';
import type { Command, ConnectCommand, SubscribeCommand } from './encoding.ts';
import type { StreamPosition } from './history.ts';
import type { Payload } from './payload.ts';
import { assertDepth, rawMember } from './raw-json.ts';

const MAX_ID = 2 ** 32 - 1;
/** Subscribe flag of Centrifuge protocol v2. */
const REJECT_UNRECOVERED = 2;

/** A frame of lines into commands. @throws SyntaxError for anything the protocol does not allow. */
export function decodeJson(frame: Buffer): Command[] {
  if (!isUtf8(frame)) throw new SyntaxError('not UTF-8');
  const commands: Command[] = [];
  for (const line of frame.toString('utf8').split('\n')) {
    if (line.trim() !== '') commands.push(toCommand(JSON.parse(line), line));
  }
  if (commands.length === 0) throw new SyntaxError('a frame without a command');
  return commands;
}

/** Where the emulation endpoint's commands belong, and the commands themselves. @throws SyntaxError */
export function decodeEmulation(body: Buffer): { session: string; node: string; data: Buffer } {
  if (!isUtf8(body)) throw new SyntaxError('not UTF-8');
  const { session, node, data } = fields(JSON.parse(body.toString('utf8')));
  return { session: text(session), node: text(node), data: Buffer.from(text(data)) };
}

type Fields = Record<string, unknown>;

function toCommand(value: unknown, line: string): Command {
  const command = fields(value);
  // The application would pay for it: `JSON.stringify`, for one, goes down by recursion.
  if (command.publish === undefined) assertDepth(line);
  if (command.send !== undefined) return { type: 'send', data: fields(command.send).data };
  const { id } = command;
  if (id === undefined || id === 0) {
    if (Object.keys(command).every((key) => key === 'id')) return { type: 'pong' };
    throw new SyntaxError('a command without id');
  }
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > MAX_ID) throw new SyntaxError('a bad id');
  for (const name of Object.keys(readers)) {
    const read = readers[name];
    if (read !== undefined && command[name] !== undefined) return read(id, fields(command[name]), line);
  }
  throw new SyntaxError('an unknown command');
}

const readers: Record<string, (id: number, request: Fields, line: string) => Command> = {
  connect: (id, request) => ({ type: 'connect', id, request: toConnect(request) }),
  subscribe: (id, request) => ({ type: 'subscribe', id, ...toSubscribe(request) }),
  unsubscribe: (id, { channel }) => ({ type: 'unsubscribe', id, channel: toChannel(channel) }),
  publish(id, { channel, type, key }, line) {
    if (number(type) !== 0 || text(key) !== '') throw new SyntaxError('a map');
    return { type: 'publish', id, channel: toChannel(channel), payload: publishedIn(line) };
  },
  rpc: (id, { method, data }) => ({ type: 'rpc', id, method: text(method), data }),
  history(id, { channel, limit, since, reverse }) {
    const from = since === undefined || since === null ? null : fields(since);
    return {
      type: 'history',
      id,
      channel: toChannel(channel),
      limit: number(limit),
      since: from === null ? null : { epoch: text(from.epoch), offset: toOffset(from.offset) },
      reverse: reverse === true,
    };
  },
  presence: (id, { channel }) => ({ type: 'presence', id, channel: text(channel) }),
  presence_stats: (id, { channel }) => ({ type: 'presence_stats', id, channel: text(channel) }),
  refresh: (id, { token }) => ({ type: 'refresh', id, token: text(token) }),
  sub_refresh: (id, { channel, token }) => ({ type: 'sub_refresh', id, channel: text(channel), token: text(token) }),
};

function toConnect({ data, token, name, version, subs, headers }: Fields): ConnectCommand {
  const since = new Map<string, StreamPosition>();
  for (const [channel, request] of Object.entries(subs === undefined || subs === null ? {} : fields(subs))) {
    const position = toPosition(fields(request));
    if (position !== null) since.set(channel, position);
  }
  const connect: ConnectCommand = { data, token: text(token), name: text(name), version: text(version), since };
  if (headers !== undefined && headers !== null) {
    connect.headers = Object.fromEntries(Object.entries(fields(headers)).map(([key, value]) => [key, text(value)]));
  }
  return connect;
}

function toSubscribe(request: Fields): SubscribeCommand {
  const { channel, token, data, join_leave, delta, flag, type, tf } = request;
  return {
    channel: toChannel(channel),
    since: toPosition(request),
    token: text(token),
    data,
    joinLeave: join_leave === true,
    delta: text(delta) === 'fossil',
    rejectUnrecovered: (number(flag) & REJECT_UNRECOVERED) !== 0,
    foreign: number(type) !== 0 || (tf !== undefined && tf !== null),
  };
}

/** As the client wrote it, byte for byte; empty without data. @throws SyntaxError when it is too deep. */
function publishedIn(line: string): Payload {
  const data = rawMember(rawMember(line, 'publish') ?? '', 'data') ?? '';
  // A copy: a slice would keep the whole frame for as long as the publication is stored.
  return { json: Buffer.from(data).toString() };
}

function toPosition({ recover, epoch, offset }: Fields): StreamPosition | null {
  return recover === true ? { epoch: text(epoch), offset: toOffset(offset) } : null;
}

function toOffset(value: unknown): number {
  const offset = number(value);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new SyntaxError('a bad offset');
  return offset;
}

function toChannel(value: unknown): string {
  const channel = text(value);
  if (channel === '') throw new SyntaxError('no channel');
  return channel;
}

function fields(value: unknown): Fields {
  if (!isFields(value)) throw new SyntaxError('not an object');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new SyntaxError('not a string');
  return value;
}

function number(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') throw new SyntaxError('not a number');
  return value;
}
