import type { Encoding, SubscriptionStart, WirePublication } from './encoding.ts';
import { bytesOf, type ClientInfo } from './payload.ts';
import { encodeDelimited, type Message } from './protobuf-codec.ts';
import { decodeProtobuf } from './protobuf-decode.ts';

/** Centrifuge protocol v2 in protobuf: messages behind their lengths. JSON payloads travel as UTF-8 bytes. */
export const protobufEncoding: Encoding = {
  slot: 1,
  binary: true,
  decode: decodeProtobuf,
  ping: () => Buffer.from([0]),
  connected(id, { client, data, subscriptions, ping, version, ttl, emulation }) {
    const subs = new Map<string, Message>();
    for (const [channel, start] of subscriptions) subs.set(channel, startMessage(start));
    return reply(id, {
      connect: {
        client,
        version,
        ...expiry(ttl),
        data: json(data),
        subs,
        ...(ping > 0 && { ping, pong: true }),
        session: emulation?.session,
        node: emulation?.node,
      },
    });
  },
  subscribed: (id, start) => reply(id, { subscribe: startMessage(start) }),
  unsubscribed: (id) => reply(id, { unsubscribe: {} }),
  published: (id) => reply(id, { publish: {} }),
  called: (id, payload) => reply(id, { rpc: { data: bytesOf(payload) } }),
  presence: (id, clients) =>
    reply(id, { presence: { presence: new Map(clients.map((info) => [info.client, infoMessage(info)])) } }),
  presenceStats: (id, { clients, users }) => reply(id, { presence_stats: { num_clients: clients, num_users: users } }),
  history: (id, { epoch, offset, publications }) =>
    reply(id, { history: { publications: publications.map(publicationMessage), epoch, offset } }),
  refreshed: (id, { client, version, ttl }) => reply(id, { refresh: { client, version, ...expiry(ttl) } }),
  subRefreshed: (id, ttl) => reply(id, { sub_refresh: expiry(ttl) }),
  failed: (id, { code, message, temporary }) =>
    reply(id, { error: { code, message, temporary: temporary || undefined } }),
  publicationPush: (channel, publication) => push({ channel, pub: publicationMessage(publication) }),
  joinPush: (channel, info) => push({ channel, join: { info: infoMessage(info) } }),
  leavePush: (channel, info) => push({ channel, leave: { info: infoMessage(info) } }),
  subscribePush(channel, position, data) {
    const place = position === null ? {} : { recoverable: true, positioned: true, ...position };
    return push({ channel, subscribe: { ...place, data: json(data) } });
  },
  unsubscribePush: (channel, { code, reason }) => push({ channel, unsubscribe: { code, reason } }),
  messagePush: (payload) => push({ message: { data: bytesOf(payload) } }),
  disconnectPush: ({ code, reason }) => push({ disconnect: { code, reason } }),
};

function reply(id: number, result: Message): Buffer {
  return encodeDelimited('Reply', { id, ...result });
}

function push(message: Message): Buffer {
  return encodeDelimited('Reply', { push: message });
}

function expiry(ttl: number | undefined): Message {
  return ttl === undefined ? {} : { expires: true, ttl };
}

function json(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}

function infoMessage({ user, client, connInfo, chanInfo }: ClientInfo): Message {
  return { user, client, conn_info: json(connInfo), chan_info: json(chanInfo) };
}

function publicationMessage(publication: WirePublication): Message {
  const { offset, info, tags, delta } = publication;
  return {
    data: delta === undefined ? bytesOf(publication) : delta.data,
    info: info === undefined ? undefined : infoMessage(info),
    offset: offset > 0 ? offset : undefined,
    tags: tags === undefined ? undefined : new Map(Object.entries(tags)),
    delta: delta?.applied || undefined,
  };
}

function startMessage(start: SubscriptionStart): Message {
  const { recoverable, epoch, offset, recovered, wasRecovering, publications, data, ttl, delta } = start;
  return {
    ...expiry(ttl),
    ...(recoverable && { recoverable, positioned: true, epoch, offset: offset > 0 ? offset : undefined }),
    publications: publications.map(publicationMessage),
    recovered: recovered || undefined,
    was_recovering: wasRecovering || undefined,
    data: json(data),
    delta: delta || undefined,
  };
}
