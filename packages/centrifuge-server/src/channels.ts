import { commandErrors, ReplyError } from './codes.ts';
import type { ChannelOptions, SubscribeAccept } from './options.ts';
import { jsonOf } from './payload.ts';
import { plain, plainRefreshable, type Traits } from './subscription.ts';

const defaults: ChannelOptions = {};

/** The error of a reply, as something to throw. */
export function refusal({
  code,
  message,
  ...rest
}: {
  code: number;
  message: string;
  temporary?: boolean;
}): ReplyError {
  return new ReplyError(code, message, rest.temporary);
}

/** What a channel can do. @throws ReplyError 102 for one that there may not be. */
export function optionsOf(
  { channel }: { channel?(name: string): ChannelOptions | null },
  name: string,
): ChannelOptions {
  const options = channel === undefined ? defaults : channel(name);
  if (options === null) throw refusal(commandErrors.unknownChannel);
  return options;
}

/** What one subscription has. The plain ones share an object: there are many. */
export function traitsOf(options: ChannelOptions, accept: SubscribeAccept | undefined, asksJoins: boolean): Traits {
  const history = options.history ?? true;
  const presence = accept?.presence ?? options.presence ?? false;
  const joinLeave = accept?.joinLeave ?? options.joinLeave ?? false;
  const pushed = accept?.pushJoinLeave ?? options.pushJoinLeave ?? false;
  const notified = pushed || (asksJoins && joinLeave);
  const info = jsonOf(accept?.info);
  const expiresAt = accept?.expiresAt;
  const refreshable = accept?.refresh ?? false;
  const usual = history && !presence && !joinLeave && !notified && info === undefined && expiresAt === undefined;
  if (usual) return refreshable ? plainRefreshable : plain;
  return { history, presence, joinLeave, notified, info, expiresAt, refreshable };
}

const MAX_TTL_SECONDS = 365 * 86_400;

/** Whole seconds from now on, at least one and, as in Centrifugo, a year at most: what clients are told to refresh in. */
export function ttlOf(expiresAt: number, now: number): number {
  return Math.min(Math.max(1, Math.ceil((expiresAt - now) / 1_000)), MAX_TTL_SECONDS);
}
