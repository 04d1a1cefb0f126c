// So many real clients in a process of their own: half of all sockets, and half of the open files, are theirs.
import { Centrifuge } from 'centrifuge';
import { WebSocket } from 'ws';

const [url = '', count = '0'] = process.argv.slice(2);
/** So many at a time: the queue of a listening socket is not endless. */
const AT_ONCE = 250;

export interface ClientsState {
  connected: number;
  /** Whose publications were exactly these, in order and once: JSON to how many. */
  heard: Record<string, number>;
  /** Subscriptions that came back and got what they had missed. */
  recovered: number;
  /** How connections ended: code to how many. */
  ended: Record<string, number>;
}

let recovered = 0;
const ended: Record<string, number> = {};

const clients = Array.from({ length: Number(count) }, (_, index) => {
  const client = new Centrifuge(url, {
    websocket: WebSocket,
    // Not 0: the client takes that for no data.
    data: index + 1,
    timeout: 60_000,
    minReconnectDelay: 200,
    maxReconnectDelay: 2_000,
  });
  const heard: unknown[] = [];
  client.on('publication', ({ data }) => heard.push(data));
  client.on('subscribed', ({ wasRecovering, recovered: whole }) => {
    if (wasRecovering && whole) recovered++;
  });
  let first = true;
  client.on('connecting', ({ code }) => {
    if (!first) ended[code] = (ended[code] ?? 0) + 1;
    first = false;
  });
  client.on('error', () => {});
  return { client, heard };
});

function state(): ClientsState {
  const heard: Record<string, number> = {};
  for (const one of clients) {
    const key = JSON.stringify(one.heard);
    heard[key] = (heard[key] ?? 0) + 1;
  }
  return { connected: clients.filter(({ client }) => client.state === 'connected').length, heard, recovered, ended };
}

process.on('message', () => process.send?.(state()));
process.on('disconnect', () => process.exit());

const waiting = [...clients];
function connectNext(): void {
  const next = waiting.shift();
  if (next === undefined) return;
  next.client.once('connected', connectNext);
  next.client.connect();
}
for (let n = 0; n < AT_ONCE; n++) connectNext();
