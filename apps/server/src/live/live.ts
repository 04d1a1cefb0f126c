import type { IncomingMessage } from 'node:http';
import {
  type CentrifugeServer,
  type Connection,
  createCentrifugeServer,
  disconnects,
  type HistoryStore,
  Refuse,
  ReplyError,
  systemClock,
} from '@switchboard/centrifuge-server';
import { closeCodes } from '@switchboard/protocol';
import type { Actor, ClientActor, OperatorActor } from '../actor.ts';
import type { Clock } from '../clock.ts';
import { Refused } from '../errors.ts';
import type { AppendedEvent } from '../events/append.ts';
import type { Close, Whose } from '../events/closing.ts';
import { feedOf } from '../events/feeds.ts';
import type { Log } from '../log.ts';
import { createClosures, isOf } from './closures.ts';
import { connectToken } from './connect-data.ts';
import { createTokenPlaces } from './live-limits.ts';
import type { Origins } from './origins.ts';
import { streamPaths } from './stream-paths.ts';

export type LiveActor = ClientActor | OperatorActor;

export interface LiveOptions {
  store: HistoryStore;
  epoch: string;
  clock: Clock;
  log: Log;
  authenticate(token: string): Promise<Actor>;
  feedsOf(actor: LiveActor): Promise<string[]>;
  connected(actor: LiveActor): void;
  disconnected(actor: LiveActor): void;
  origins: Origins;
  /** Empty: not counted. */
  addressOf(request: IncomingMessage): string;
  /** Most connections; 0 for no limit. */
  perAddress: number;
  perToken: number;
  /** A signal that other processes should hear too. */
  signalled?(feed: string, json: string): void;
}

export interface Live {
  server: CentrifugeServer<LiveActor>;
  publish(event: AppendedEvent): void;
  signal(feeds: Iterable<string>, event: string, data: unknown): void;
  /** Of this process. What was committed before still reaches them, whichever process did. */
  closeConnections(whose: Whose, close: Close): Promise<void>;
  /** Since the start, by reason: who was not let in. */
  refused(): Record<string, number>;
  /** Since the start, by close code: connections that ended. */
  closed(): Record<string, number>;
}

/** The live endpoint: tokens to feeds, events to frames. Knows sockets, and no noun. */
export function createLive(options: LiveOptions): Live {
  const closures = createClosures();
  const places = createTokenPlaces(options.perToken);
  const refused = { token: 0, origin: 0, connections: 0 };
  const server = createCentrifugeServer<LiveActor>({
    store: options.store,
    // Tokens end by the application's time; pings and time-outs by the machine's.
    clock: { ...systemClock, now: () => options.clock.now() },
    allowOrigin: options.origins.mayOpen,
    addressOf: options.addressOf,
    maxConnectionsPerAddress: options.perAddress || Number.POSITIVE_INFINITY,
    paths: streamPaths,
    onError: (error) => options.log.error({ err: error }, 'live.failed'),
    async onConnect(request) {
      const { application, token, isOwn } = connectToken(request);
      const begun = closures.count();
      const actor = await authenticated(options, token, isOwn).catch((error: unknown) => {
        if (error instanceof Refuse || error instanceof ReplyError) refused.token++;
        throw error;
      });
      closures.begins(actor, begun);
      const kind = application === 'widget' ? 'client' : 'operator';
      if (actor.kind === 'company' || actor.kind !== kind) {
        refused.token++;
        throw refuse(closeCodes.badToken);
      }
      if (!(await options.origins.mayConnect(actor, request.headers))) {
        refused.origin++;
        throw refuse({ ...disconnects.permissionDenied, reason: 'this page may not connect' });
      }
      if (places.isFull(actor)) {
        refused.connections++;
        throw refuse(tooMany);
      }
      return {
        user: actor.kind === 'client' ? actor.clientId : String(actor.operatorId),
        channels: await options.feedsOf(actor),
        state: actor,
        ...(actor.kind === 'operator' && { expiresAt: actor.expiresAt }),
      };
    },
    onConnected(connection) {
      options.connected(connection.state);
      const close = closures.since(connection.state);
      if (!places.take(connection.state)) connection.disconnect(tooMany.code, tooMany.reason);
      if (close) end(connection, close);
    },
    onDisconnect({ state }) {
      places.leave(state);
      options.disconnected(state);
    },
  });

  function end(connection: Connection<LiveActor>, { code, reason, lastWord }: Close): void {
    const { state } = connection;
    if (lastWord !== undefined && state.kind === 'operator') {
      const at = new Date(options.clock.now()).toISOString();
      connection.signal(feedOf.operator(state.operatorId), JSON.stringify({ event: lastWord, data: {}, at }));
    }
    connection.disconnect(code, reason);
  }

  return {
    server,
    publish: ({ feed, offset, json }) => server.publish(feed, { epoch: options.epoch, offset, json }),
    signal(feeds, event, data) {
      const json = JSON.stringify({ event, data, at: new Date(options.clock.now()).toISOString() });
      for (const feed of new Set(feeds)) {
        server.signal(feed, json);
        options.signalled?.(feed, json);
      }
    },
    async closeConnections(whose, close) {
      closures.add(whose, close);
      const theirs = [...server.connections(({ state }) => isOf(state, whose))];
      if (theirs.length === 0) return;
      const feeds = new Set(theirs.flatMap(({ channels }) => [...channels]));
      // A database that does not answer keeps nobody connected.
      await Promise.race([Promise.all([...feeds].map(server.catchUp)), longest(catchUpMs)]);
      for (const connection of theirs) end(connection, close);
    },
    refused() {
      const { address, closing, origin } = server.stats().refused;
      return { ...refused, origin: refused.origin + origin, address, stopping: closing };
    },
    closed: () => ({ ...noneClosed, ...server.stats().ended }),
  };
}

const catchUpMs = 1000;
const longest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

// Centrifuge protocol v2, §errors: the client calls `getToken` and connects again.
const tokenExpiredError = 109;

/** The client waits longer at each try, and comes in once there is room. */
const tooMany = { ...disconnects.tooManyRequests, reason: 'too many connections' };

/** What connections may be closed with: a line of a metric that begins with its first count is seen too late. */
const noneClosed: Record<string, number> = Object.fromEntries(
  [...Object.values(disconnects), ...Object.values(closeCodes)].map(({ code }) => [code, 0]),
);

const refuse = ({ code, reason }: { code: number; reason: string }) => new Refuse(code, reason);

/** A bad token ends the connection for good; an expired one makes the client fetch another and come back. */
async function authenticated(options: LiveOptions, token: string, isOwn: boolean): Promise<Actor> {
  try {
    return await options.authenticate(token);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code !== 'token_expired') throw refuse(closeCodes.badToken);
    throw isOwn ? new ReplyError(tokenExpiredError, 'token expired') : refuse(closeCodes.tokenExpired);
  }
}
