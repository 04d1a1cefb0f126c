import { isCloseCode } from './codes.ts';
import type { Options } from './options.ts';

type Limit =
  | 'pingSeconds'
  | 'pongSeconds'
  | 'connectSeconds'
  | 'refreshSeconds'
  | 'maxFrameBytes'
  | 'maxQueueBytes'
  | 'maxChannels'
  | 'maxConnections'
  | 'maxConnectionsPerAddress'
  | 'maxChannelLength'
  | 'maxCommandsInWork'
  | 'recoveryLimit'
  | 'historyLimit'
  | 'expireCode';

export type Limits = Record<Limit, number>;

/** Centrifugo's where it has them, save for recovery (its 300 are few for a client that slept a night). */
const defaults: Limits = {
  pingSeconds: 25,
  pongSeconds: 8,
  connectSeconds: 10,
  refreshSeconds: 25,
  maxFrameBytes: 65_536,
  maxQueueBytes: 1_048_576,
  maxChannels: 128,
  maxConnections: Number.POSITIVE_INFINITY,
  maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  maxChannelLength: 255,
  maxCommandsInWork: 256,
  recoveryLimit: 10_000,
  historyLimit: 300,
  expireCode: 4001,
};

/** @throws TypeError naming the option that is no good. */
export function toLimits<S>(options: Options<S>): Limits {
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as Limit[]) {
    const limit: unknown = options[name] ?? defaults[name];
    if (typeof limit !== 'number' || !(limit >= 0)) throw new TypeError(`${name} must be a number of at least 0`);
    limits[name] = limit;
  }
  // A client subscribes to all its channels at once.
  if (options.maxCommandsInWork === undefined) {
    limits.maxCommandsInWork = Math.max(limits.maxCommandsInWork, limits.maxChannels);
  }
  const { pingSeconds, pongSeconds, expireCode } = limits;
  if (!Number.isInteger(pingSeconds)) throw new TypeError('pingSeconds must be whole: clients are told so');
  if (!isCloseCode(expireCode)) throw new TypeError('expireCode must be in 3000–4999');
  if (pingSeconds > 0 && pongSeconds >= pingSeconds) throw new TypeError('pongSeconds must be less than pingSeconds');
  return limits;
}
