import { refusal } from './channels.ts';
import { commandErrors, ReplyError } from './codes.ts';
import type { HistoryPage } from './encoding.ts';
import { parseExact } from './exact-json.ts';
import type { StoredPublication, StreamPosition } from './history.ts';
import { badRequest, type Fields, fields, flag, name, names, number, override, text } from './http-api-fields.ts';
import type { SubscribeAccept } from './options.ts';
import type { ClientInfo } from './payload.ts';
import type { PublishOptions, ServerApi, Whose } from './server-api.ts';

type Method = (api: ServerApi, params: Fields) => Promise<Fields> | Fields;

/** The methods of Centrifugo's server API but `batch`; its names are in the wire's case. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>(
  Object.entries({
    publish: async (api, params) =>
      place(await api.publish(name(params.channel), dataOf(params), publishOptions(params))),
    async broadcast(api, params) {
      const channels = names(params.channels);
      if (channels.length === 0) throw badRequest();
      const settled = await api.broadcast(channels, dataOf(params), publishOptions(params));
      return {
        responses: settled.map((one) =>
          one.status === 'fulfilled' ? { result: place(one.value) } : { error: errorOf(one.reason) },
        ),
      };
    },
    async subscribe(api, params) {
      await api.subscribe(text(params.user), name(params.channel), { ...whose(params), ...acceptOf(params) });
      return {};
    },
    unsubscribe(api, params) {
      api.unsubscribe(text(params.user), text(params.channel) || undefined, whose(params));
      return {};
    },
    disconnect(api, params) {
      const { code: given, reason } = fields(params.disconnect ?? {});
      const code = number(given);
      api.disconnect(text(params.user), {
        ...whose(params),
        whitelist: names(params.whitelist ?? []),
        ...(code !== 0 && { code, reason: text(reason) }),
      });
      return {};
    },
    refresh(api, params) {
      const expired = flag(params.expired);
      api.refresh(text(params.user), { ...whose(params), expired, expiresAt: endOf(params) });
      return {};
    },
    presence(api, params) {
      const entries = api.presence(name(params.channel)).map((info) => [info.client, infoJson(info)]);
      return { presence: Object.fromEntries(entries) };
    },
    presence_stats(api, params) {
      const { clients, users } = api.presenceStats(name(params.channel));
      return { num_clients: clients, num_users: users };
    },
    async history(api, params) {
      const { channel, limit, since, reverse } = params;
      const page = await api.history(name(channel), {
        limit: number(limit),
        since: position(since) ?? null,
        reverse: flag(reverse),
      });
      return pageJson(page);
    },
    async history_remove(api, params) {
      await api.historyRemove(name(params.channel));
      return {};
    },
    channels(api, params) {
      const sizes = [...api.channels(text(params.pattern))].map(([channel, size]) => [channel, { num_clients: size }]);
      return { channels: Object.fromEntries(sizes) };
    },
    info(api) {
      const { node, version, connections, users, channels, subscriptions, uptime } = api.info();
      const counts = { num_clients: connections, num_users: users, num_channels: channels, num_subs: subscriptions };
      return { nodes: [{ uid: node, name: node, version, ...counts, uptime }] };
    },
  } satisfies Record<string, Method>),
);

/** A RangeError is a parameter out of its bounds: a code no close frame can carry, too many channels. */
export function errorOf(error: unknown): { code: number; message: string } {
  if (error instanceof ReplyError) return { code: error.code, message: error.message };
  const { code, message } = error instanceof RangeError ? commandErrors.badRequest : commandErrors.internal;
  return { code, message };
}

function dataOf({ data, b64data }: Fields): unknown {
  const given = either(b64data, data);
  if (given === undefined) throw badRequest();
  return given;
}

/** What base64 holds, where there is some: JSON where it is JSON, else bytes. */
function either(base64: unknown, value: unknown): unknown {
  const encoded = text(base64);
  if (encoded === '') return value;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) throw badRequest();
  try {
    return parseExact(bytes.toString('utf8'));
  } catch {
    return bytes;
  }
}

function acceptOf(params: Fields): SubscribeAccept {
  const accept: SubscribeAccept = {};
  const info = either(params.b64info, params.info);
  const data = either(params.b64data, params.data);
  if (info instanceof Uint8Array || data instanceof Uint8Array) throw badRequest();
  if (info !== undefined) accept.info = info;
  if (data !== undefined) accept.data = data;
  accept.expiresAt = endOf(params);
  accept.recoverSince = position(params.recover_since);
  const { presence, join_leave, force_push_join_leave } = fields(params.override ?? {});
  accept.presence = override(presence);
  accept.joinLeave = override(join_leave);
  accept.pushJoinLeave = override(force_push_join_leave);
  return accept;
}

function position(value: unknown): StreamPosition | undefined {
  if (value === undefined || value === null) return undefined;
  const { offset, epoch } = fields(value);
  return { offset: number(offset), epoch: text(epoch) };
}

/** 0 is never. */
function endOf({ expire_at }: Fields): number | undefined {
  const seconds = number(expire_at);
  return seconds === 0 ? undefined : seconds * 1_000;
}

function publishOptions({ tags, skip_history, idempotency_key, version }: Fields): PublishOptions {
  // Ignoring it would show subscribers an older state as the newest.
  if (number(version) > 0) throw refusal(commandErrors.notAvailable);
  const options: PublishOptions = { skipHistory: flag(skip_history) };
  if (tags !== undefined && tags !== null) {
    options.tags = Object.fromEntries(Object.entries(fields(tags)).map(([key, value]) => [key, text(value)]));
  }
  options.idempotencyKey = text(idempotency_key) || undefined;
  return options;
}

function whose({ client, session }: Fields): Whose {
  return { client: text(client) || undefined, session: text(session) || undefined };
}

function place(position: StreamPosition | null): Fields {
  return position === null ? {} : { offset: position.offset, epoch: position.epoch };
}

function pageJson({ epoch, offset, publications }: HistoryPage): Fields {
  return { publications: publications.map(publicationJson), epoch, offset };
}

function publicationJson({ json, bytes, offset, info, tags }: StoredPublication): Fields {
  return {
    ...(bytes === undefined ? { data: parseExact(json) } : { b64data: Buffer.from(bytes).toString('base64') }),
    ...(info !== undefined && { info: infoJson(info) }),
    offset,
    ...(tags !== undefined && { tags }),
  };
}

function infoJson({ user, client, connInfo, chanInfo }: ClientInfo): Fields {
  return {
    user,
    client,
    ...(connInfo !== undefined && { conn_info: parseExact(connInfo) }),
    ...(chanInfo !== undefined && { chan_info: parseExact(chanInfo) }),
  };
}
