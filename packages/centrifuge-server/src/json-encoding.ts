import type { Encoding, SubscriptionStart, WirePublication } from './encoding.ts';
import { decodeJson } from './json-decode.ts';
import type { ClientInfo, Payload } from './payload.ts';

/** Centrifuge protocol v2 in JSON: one object per line. Payloads are embedded as they are, never parsed again. */
export const jsonEncoding: Encoding = {
  slot: 0,
  binary: false,
  decode: decodeJson,
  ping: () => Buffer.from('{}'),
  connected(id, { client, data, subscriptions, ping, version, ttl, emulation }) {
    let json = `{"id":${id},"connect":{"client":"${client}"`;
    if (version !== undefined) json += `,"version":${quote(version)}`;
    if (ttl !== undefined) json += `,"expires":true,"ttl":${ttl}`;
    if (data !== undefined) json += `,"data":${line(data)}`;
    if (ping > 0) json += `,"ping":${ping},"pong":true`;
    if (emulation !== undefined) json += `,"session":"${emulation.session}","node":"${emulation.node}"`;
    let separator = ',"subs":{';
    for (const [channel, start] of subscriptions) {
      json += `${separator}${quote(channel)}:${startJson(start)}`;
      separator = ',';
    }
    return Buffer.from(subscriptions.size > 0 ? `${json}}}}` : `${json}}}`);
  },
  subscribed: (id, start) => Buffer.from(`{"id":${id},"subscribe":${startJson(start)}}`),
  unsubscribed: (id) => Buffer.from(`{"id":${id},"unsubscribe":{}}`),
  published: (id) => Buffer.from(`{"id":${id},"publish":{}}`),
  called: (id, payload) => Buffer.from(`{"id":${id},"rpc":{"data":${data(payload)}}}`),
  presence(id, clients) {
    const entries = clients.map((info) => `${quote(info.client)}:${infoJson(info)}`);
    return Buffer.from(`{"id":${id},"presence":{"presence":{${entries.join(',')}}}}`);
  },
  presenceStats: (id, { clients, users }) =>
    Buffer.from(`{"id":${id},"presence_stats":{"num_clients":${clients},"num_users":${users}}}`),
  history(id, { epoch, offset, publications }) {
    const list = publications.map(publicationJson).join(',');
    return Buffer.from(`{"id":${id},"history":{"publications":[${list}],"epoch":${quote(epoch)},"offset":${offset}}}`);
  },
  refreshed(id, { client, version, ttl }) {
    let json = `{"id":${id},"refresh":{"client":"${client}"`;
    if (version !== undefined) json += `,"version":${quote(version)}`;
    if (ttl !== undefined) json += `,"expires":true,"ttl":${ttl}`;
    return Buffer.from(`${json}}}`);
  },
  subRefreshed: (id, ttl) =>
    Buffer.from(`{"id":${id},"sub_refresh":{${ttl === undefined ? '' : `"expires":true,"ttl":${ttl}`}}}`),
  failed: (id, { code, message, temporary }) =>
    Buffer.from(
      `{"id":${id},"error":{"code":${code},"message":${quote(message)}${temporary ? ',"temporary":true' : ''}}}`,
    ),
  publicationPush: (channel, publication) => push(channel, `"pub":${publicationJson(publication)}`),
  joinPush: (channel, info) => push(channel, `"join":{"info":${infoJson(info)}}`),
  leavePush: (channel, info) => push(channel, `"leave":{"info":${infoJson(info)}}`),
  subscribePush(channel, position, subscribeData) {
    const fields: string[] = [];
    if (position !== null) {
      fields.push(`"recoverable":true,"positioned":true,"epoch":${quote(position.epoch)}`);
      if (position.offset > 0) fields.push(`"offset":${position.offset}`);
    }
    if (subscribeData !== undefined) fields.push(`"data":${line(subscribeData)}`);
    return push(channel, `"subscribe":{${fields.join(',')}}`);
  },
  unsubscribePush: (channel, { code, reason }) =>
    push(channel, `"unsubscribe":{"code":${code},"reason":${quote(reason)}}`),
  messagePush: (payload) => Buffer.from(`{"push":{"message":{"data":${data(payload)}}}}`),
  disconnectPush: ({ code, reason }) =>
    Buffer.from(`{"push":{"disconnect":{"code":${code},"reason":${quote(reason)}}}}`),
};

const quote = JSON.stringify;

function push(channel: string, body: string): Buffer {
  return Buffer.from(`{"push":{"channel":${quote(channel)},${body}}}`);
}

function publicationJson(publication: WirePublication): string {
  const { offset, info, tags, delta } = publication;
  let json = `{"data":${delta === undefined ? data(publication) : quote(Buffer.from(delta.data).toString('utf8'))}`;
  if (info !== undefined) json += `,"info":${infoJson(info)}`;
  if (offset > 0) json += `,"offset":${offset}`;
  if (tags !== undefined) json += `,"tags":${quote(tags)}`;
  if (delta?.applied) json += ',"delta":true';
  return `${json}}`;
}

function infoJson({ user, client, connInfo, chanInfo }: ClientInfo): string {
  let json = `{"user":${quote(user)},"client":${quote(client)}`;
  if (connInfo !== undefined) json += `,"conn_info":${line(connInfo)}`;
  if (chanInfo !== undefined) json += `,"chan_info":${line(chanInfo)}`;
  return `${json}}`;
}

/** Zero values are left out, as the protocol's reference encoder does. */
function startJson(start: SubscriptionStart): string {
  const fields: string[] = [];
  if (start.ttl !== undefined) fields.push(`"expires":true,"ttl":${start.ttl}`);
  if (start.recoverable) {
    fields.push(`"recoverable":true,"positioned":true,"epoch":${quote(start.epoch)}`);
    if (start.offset > 0) fields.push(`"offset":${start.offset}`);
  }
  if (start.wasRecovering) fields.push('"was_recovering":true');
  if (start.recovered) fields.push('"recovered":true');
  if (start.data !== undefined) fields.push(`"data":${line(start.data)}`);
  if (start.delta) fields.push('"delta":true');
  if (start.publications.length > 0)
    fields.push(`"publications":[${start.publications.map(publicationJson).join(',')}]`);
  return `{${fields.join(',')}}`;
}

/** Bytes are never given to a connection that speaks JSON; where they cannot be held back they are nothing. */
function data({ json, bytes }: Payload): string {
  return bytes !== undefined || json === '' ? 'null' : line(json);
}

/** A raw line break can only be white space in JSON, and would cut the message in two here; in SSE `\r` does so too. */
function line(json: string): string {
  return json.includes('\n') || json.includes('\r') ? json.replaceAll(/[\r\n]/g, ' ') : json;
}
