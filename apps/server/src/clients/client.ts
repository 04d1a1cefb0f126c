import { Refused } from '../errors.ts';
import type { ClientRow } from './client.store.ts';

export const isOnline = (client: Pick<ClientRow, 'online_at' | 'offline_at'>): boolean =>
  client.online_at !== null && (client.offline_at === null || client.offline_at < client.online_at);

/** Who writes now: the client as it is, not as it was when its token was made. */
export function mayWrite<C extends Pick<ClientRow, 'banned_at'>>(client: C | undefined): C {
  if (!client) throw new Refused('unauthorized', 'This client does not exist any more. Open the widget anew.');
  if (client.banned_at !== null) throw new Refused('client_banned', 'You cannot write here any more.');
  return client;
}
