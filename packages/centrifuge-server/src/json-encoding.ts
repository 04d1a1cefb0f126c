import type { Encoding, SubscriptionStart } from './encoding.ts';
import type { StoredPublication } from './history.ts';
import { decodeJson } from './json-decode.ts';

/** Centrifuge protocol v2 in JSON: one object per line. Payloads are embedded as they are, never parsed again. */
export const jsonEncoding: Encoding = {
  slot: 0,
  decode: decodeJson,
  ping: () => Buffer.from('{}'),
  connected(id, { client, data, subscriptions, ping }) {
    let json = `{"id":${id},"connect":{"client":"${client}"`;
    if (data !== undefined) json += `,"data":${line(data)}`;
    if (ping > 0) json += `,"ping":${ping},"pong":true`;
    let separator = ',"subs":{';
    for (const [channel, start] of subscriptions) {
      json += `${separator}${quote(channel)}:${startJson(start)}`;
      separator = ',';
    }
    return Buffer.from(subscriptions.size > 0 ? `${json}}}}` : `${json}}}`);
  },
  subscribed: (id, start) => Buffer.from(`{"id":${id},"subscribe":${startJson(start)}}`),
  unsubscribed: (id) => Buffer.from(`{"id":${id},"unsubscribe":{}}`),
  called: (id, json) => Buffer.from(`{"id":${id},"rpc":{"data":${line(json)}}}`),
  failed: (id, { code, message, temporary }) =>
    Buffer.from(
      `{"id":${id},"error":{"code":${code},"message":${quote(message)}${temporary ? ',"temporary":true' : ''}}}`,
    ),
  publicationPush: (channel, publication) => push(channel, `"pub":${publicationJson(publication)}`),
  subscribePush: (channel, { epoch, offset }) =>
    push(
      channel,
      `"subscribe":{"recoverable":true,"positioned":true,"epoch":${quote(epoch)}${offset > 0 ? `,"offset":${offset}` : ''}}`,
    ),
  unsubscribePush: (channel, { code, reason }) =>
    push(channel, `"unsubscribe":{"code":${code},"reason":${quote(reason)}}`),
  messagePush: (json) => Buffer.from(`{"push":{"message":{"data":${line(json)}}}}`),
};

const quote = JSON.stringify;

function push(channel: string, body: string): Buffer {
  return Buffer.from(`{"push":{"channel":${quote(channel)},${body}}}`);
}

function publicationJson({ offset, json }: StoredPublication): string {
  return offset > 0 ? `{"data":${line(json)},"offset":${offset}}` : `{"data":${line(json)}}`;
}

/** Zero values are left out, as the protocol's reference encoder does. */
function startJson({ epoch, offset, recovered, wasRecovering, publications }: SubscriptionStart): string {
  let json = `{"recoverable":true,"positioned":true,"epoch":${quote(epoch)}`;
  if (offset > 0) json += `,"offset":${offset}`;
  if (wasRecovering) json += ',"was_recovering":true';
  if (recovered) json += ',"recovered":true';
  if (publications.length > 0) json += `,"publications":[${publications.map(publicationJson).join(',')}]`;
  return `${json}}`;
}

/** A raw newline can only be white space in JSON, and would cut the message in two here. */
function line(json: string): string {
  return json.includes('\n') ? json.replaceAll('\n', ' ') : json;
}
