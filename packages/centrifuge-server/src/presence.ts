import { optionsOf, refusal } from './channels.ts';
import { commandErrors } from './codes.ts';
import type { Core } from './core.ts';
import type { ClientInfo } from './payload.ts';

/**
 * Who is subscribed to a channel in this process. Nothing is kept for it: the subscriptions are asked.
 * @throws ReplyError 102 for an unknown channel, 108 for one without presence.
 */
export function clientsOf<S>(core: Core<S>, channel: string): ClientInfo[] {
  const { presence = false } = channel === '' ? {} : optionsOf(core.options, channel);
  const clients: ClientInfo[] = [];
  for (const subscription of core.hub.subscriptions(channel)) {
    if (subscription.traits.presence) clients.push(subscription.owner.infoFor(subscription));
  }
  if (!presence && clients.length === 0) throw refusal(commandErrors.notAvailable);
  return clients;
}

/** How many connections, and of how many users. */
export function statsOf(clients: ClientInfo[]): { clients: number; users: number } {
  return { clients: clients.length, users: new Set(clients.map(({ user }) => user)).size };
}
