import { isUtf8 } from 'node:buffer';
import type { Command, ConnectCommand } from './encoding.ts';
import type { StreamPosition } from './history.ts';

const MAX_CHANNEL_LENGTH = 255;
const MAX_ID = 2 ** 32 - 1;

/** A frame of lines into commands. @throws SyntaxError for anything the protocol does not allow. */
export function decodeJson(frame: Buffer): Command[] {
  if (!isUtf8(frame)) throw new SyntaxError('not UTF-8');
  const commands: Command[] = [];
  for (const line of frame.toString('utf8').split('\n')) {
    if (line.trim() !== '') commands.push(toCommand(JSON.parse(line)));
  }
  if (commands.length === 0) throw new SyntaxError('a frame without a command');
  return commands;
}

type Fields = Record<string, unknown>;

function toCommand(value: unknown): Command {
  const command = fields(value);
  if (command.send !== undefined) return { type: 'send', data: fields(command.send).data };
  const { id } = command;
  if (id === undefined || id === 0) {
    if (Object.keys(command).every((key) => key === 'id')) return { type: 'pong' };
    throw new SyntaxError('a command without id');
  }
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > MAX_ID) throw new SyntaxError('a bad id');
  if (command.connect !== undefined) return { type: 'connect', id, request: toConnect(fields(command.connect)) };
  if (command.subscribe !== undefined) {
    const request = fields(command.subscribe);
    return { type: 'subscribe', id, channel: toChannel(request.channel), since: toPosition(request) };
  }
  if (command.unsubscribe !== undefined) {
    return { type: 'unsubscribe', id, channel: toChannel(fields(command.unsubscribe).channel) };
  }
  if (command.rpc !== undefined) {
    const { method, data } = fields(command.rpc);
    return { type: 'rpc', id, method: text(method), data };
  }
  for (const type of ['publish', 'history', 'presence', 'presence_stats', 'refresh', 'sub_refresh'] as const) {
    if (command[type] !== undefined) return { type, id };
  }
  throw new SyntaxError('an unknown command');
}

function toConnect({ data, token, name, version, subs }: Fields): ConnectCommand {
  const since = new Map<string, StreamPosition>();
  for (const [channel, request] of Object.entries(subs === undefined || subs === null ? {} : fields(subs))) {
    const position = toPosition(fields(request));
    if (position !== null) since.set(channel, position);
  }
  return { data, token: text(token), name: text(name), version: text(version), since };
}

function toPosition({ recover, epoch, offset = 0 }: Fields): StreamPosition | null {
  if (recover !== true) return null;
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) throw new SyntaxError('a bad offset');
  return { epoch: text(epoch), offset };
}

function toChannel(value: unknown): string {
  const channel = text(value);
  if (channel === '' || channel.length > MAX_CHANNEL_LENGTH) throw new SyntaxError('a bad channel');
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
