import { optionsOf, refusal } from './channels.ts';
import { commandErrors, disconnects } from './codes.ts';
import type { Core } from './core.ts';
import type { HistoryPage } from './encoding.ts';
import type { StreamPosition } from './history.ts';
import { publishOnce, type Remembered } from './idempotency.ts';
import type { SubscribeAccept } from './options.ts';
import { type ClientInfo, payloadOf } from './payload.ts';
import { clientsOf, statsOf } from './presence.ts';
import { appendAndPublish, readPage } from './publishing.ts';
import type { Session } from './session.ts';

export interface PublishOptions {
  tags?: Record<string, string> | undefined;
  /** Not stored: who is away misses it. */
  skipHistory?: boolean | undefined;
  /** A second publication to the channel with the same key within five minutes only gets the first one's answer. */
  idempotencyKey?: string | undefined;
}

/** Some connections of a user. */
export interface Whose {
  /** Only the connection with this id. */
  client?: string | undefined;
  /** Only the HTTP stream or SSE that was given this secret in its connect reply. */
  session?: string | undefined;
}

export interface HistoryOptions {
  /** 0: only the position; below 0: all. Default 0. */
  limit?: number | undefined;
  since?: StreamPosition | null | undefined;
  /** Newest first. */
  reverse?: boolean | undefined;
}

/**
 * What Centrifugo's server API does, in process and for this process: with several on one database each has its own
 * connections and presence. Methods throw {@link ReplyError}: 102 unknown channel, 108 not available, 112 a position
 * that is not of this stream.
 */
export interface ServerApi {
  /** Stores and hands out. `data` is JSON, or a `Uint8Array` for clients that speak protobuf. Null without history. */
  publish(channel: string, data: unknown, options?: PublishOptions): Promise<StreamPosition | null>;
  /** The same data to many channels; a channel that fails answers with its error. */
  broadcast(
    channels: string[],
    data: unknown,
    options?: PublishOptions,
  ): Promise<PromiseSettledResult<StreamPosition | null>[]>;
  /**
   * Subscribes all connections of a user from the server's side. Resolves when all are live: after a client's own subscribe
   * to the channel that is under way, so inside `onSubscribe` of that channel it is not to be awaited.
   */
  subscribe(user: string, channel: string, options?: Whose & SubscribeAccept): Promise<void>;
  /** Ends subscriptions of a user; the clients do not subscribe again by themselves. Without channel: all of them. */
  unsubscribe(user: string, channel?: string, options?: Whose): void;
  /** Ends connections of a user, for good unless the code says otherwise. */
  disconnect(
    user: string,
    options?: Whose & { whitelist?: string[] | undefined; code?: number | undefined; reason?: string | undefined },
  ): void;
  /** Gives connections of a user another end (milliseconds since 1970), or ends them as expired. */
  refresh(user: string, options?: Whose & { expired?: boolean | undefined; expiresAt?: number | undefined }): void;
  presence(channel: string): ClientInfo[];
  presenceStats(channel: string): { clients: number; users: number };
  history(channel: string, options?: HistoryOptions): Promise<HistoryPage>;
  /** Drops the publications of a channel; positions stay, so clients that missed some are told so. */
  historyRemove(channel: string): Promise<void>;
  /** Channels with subscribers, by name; `pattern` may hold `*` and `?`. */
  channels(pattern?: string): Map<string, number>;
  info(): ServerInfo;
}

export interface ServerInfo {
  node: string;
  version: string;
  connections: number;
  users: number;
  channels: number;
  subscriptions: number;
  /** Seconds since the server was made. */
  uptime: number;
}

export function createServerApi<S>(core: Core<S>): ServerApi {
  const started = core.clock.monotonic();
  const remembered: Remembered = new Map();

  function* of(user: string, { client, session: secret }: Whose): Iterable<Session<S>> {
    for (const session of core.sessions) {
      if (session.user !== user || (client !== undefined && session.id !== client)) continue;
      if (secret === undefined || session.transport.emulated === secret) yield session;
    }
  }

  const api: ServerApi = {
    publish(channel, data, { tags, skipHistory, idempotencyKey } = {}) {
      const publish = async () =>
        appendAndPublish(core, channel, payloadOf(data), tags === undefined ? {} : { tags }, skipHistory);
      if (idempotencyKey === undefined || idempotencyKey === '') return publish();
      return publishOnce(remembered, `${idempotencyKey}\n${channel}`, core.clock.monotonic(), publish);
    },
    broadcast: (channels, data, options) =>
      Promise.allSettled(channels.map((channel) => api.publish(channel, data, options))),
    async subscribe(user, channel, { client, session, ...accept } = {}) {
      await Promise.all([...of(user, { client, session })].map((one) => one.subscribe(channel, accept)));
    },
    unsubscribe(user, channel, whose = {}) {
      for (const session of of(user, whose)) {
        const names = channel === undefined ? [...session.subscriptions.keys()] : [channel];
        for (const name of names) session.unsubscribe(name);
      }
    },
    disconnect(user, { whitelist = [], code, reason, ...whose } = {}) {
      const { forceDisconnect } = disconnects;
      for (const session of [...of(user, whose)]) {
        if (!whitelist.includes(session.id)) {
          session.disconnect(
            code ?? forceDisconnect.code,
            reason ?? (code === undefined ? forceDisconnect.reason : ''),
          );
        }
      }
    },
    refresh(user, { expired = false, expiresAt, ...whose } = {}) {
      const { code, reason } = disconnects.connectionExpired;
      for (const session of [...of(user, whose)]) {
        if (expired) session.disconnect(code, reason);
        else session.refresh({ expiresAt });
      }
    },
    presence: (channel) => clientsOf(core, channel),
    presenceStats: (channel) => statsOf(clientsOf(core, channel)),
    history(channel, { limit = 0, since = null, reverse = false } = {}) {
      return readPage(core, { channel, limit: limit < 0 ? Number.POSITIVE_INFINITY : limit, since, reverse });
    },
    async historyRemove(channel) {
      const { store } = core.options;
      const { history = true } = optionsOf(core.options, channel);
      if (!history || store.remove === undefined) throw refusal(commandErrors.notAvailable);
      await store.remove(channel);
    },
    channels(pattern) {
      const wanted = pattern === undefined || pattern === '' ? null : globOf(pattern);
      return new Map([...core.hub.sizes()].filter(([name]) => wanted === null || wanted.test(name)));
    },
    info() {
      const users = new Set<string>();
      for (const { user } of core.sessions) users.add(user);
      let subscriptions = 0;
      for (const [, size] of core.hub.sizes()) subscriptions += size;
      return {
        node: core.node,
        version: core.options.version ?? '',
        connections: core.sessions.size,
        users: users.size,
        channels: core.hub.size,
        subscriptions,
        uptime: Math.floor((core.clock.monotonic() - started) / 1_000),
      };
    },
  };
  return api;
}

/** Letters, `*` for any many and `?` for any one: no pattern that could take long. */
function globOf(pattern: string): { test(name: string): boolean } {
  return { test: (name) => matches(pattern, name) };
}

function matches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let i = 0;
  while (i < name.length) {
    if (at < pattern.length && (pattern[at] === '?' || (pattern[at] === name[i] && pattern[at] !== '*'))) {
      at++;
      i++;
    } else if (pattern[at] === '*') {
      star = at++;
      resume = i;
    } else if (star !== -1) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
