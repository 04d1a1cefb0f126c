import type { ClientRow } from './client.store.ts';

export const isOnline = (client: Pick<ClientRow, 'online_at' | 'offline_at'>): boolean =>
  client.online_at !== null && (client.offline_at === null || client.offline_at < client.online_at);
