import { livePath } from '@switchboard/protocol';
import type { FastifyInstance } from 'fastify';
import { authenticate } from './authenticate.ts';
import { pagesOfChannels } from './channels/channel.store.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './database/database.ts';
import { inTurn } from './database/gather.ts';
import { settingOrNew } from './database/setting.store.ts';
import { serveDemo } from './demo/routes.ts';
import { refuseDemoPassword, seedDemo } from './demo/seed.ts';
import type { AppendedEvent } from './events/append.ts';
import { feedHistory } from './events/history.ts';
import { createTransact } from './events/transaction.ts';
import { feedsOfActor } from './feeds-of-actor.ts';
import { tidy } from './housekeeping.ts';
import { documentApi, serveDocumentation } from './http/documentation.ts';
import { serveHealth } from './http/health.ts';
import { servePages } from './http/pages.ts';
import { serveRaw } from './http/raw-paths.ts';
import { addRoutes, createHttp, type HttpOptions } from './http/server.ts';
import { type Ids, randomIds } from './ids.ts';
import { isConnectedOtherwise } from './live/connection.store.ts';
import { createLive, type Live } from './live/live.ts';
import { addressOf } from './live/live-limits.ts';
import { countLive } from './live/live-metrics.ts';
import { createOrigins } from './live/origins.ts';
import { streamPaths } from './live/stream-paths.ts';
import { createLog, type Log } from './log.ts';
import { createMessageBatches } from './messages/message-batches.ts';
import { createSendTogether } from './messages/send-client-message.ts';
import { byLabel, createMetrics, type Metrics } from './metrics.ts';
import type { App } from './parts.ts';
import { createPresence, subjectOf } from './presence.ts';
import { createProcesses, type Processes } from './processes.ts';
import { reactions } from './reactions.ts';
import { routes } from './routes.ts';
import { type InvariantWatch, watchInvariants } from './routing/invariants.ts';
import { countByStatus } from './sessions/session.store.ts';
import { setupToken } from './setup/set-up.ts';
import { createTimers } from './timers.ts';
import { createAttemptLimit } from './tokens/attempt-limit.ts';
import { createTokens } from './tokens/token.ts';

export interface Overrides {
  clock?: Clock;
  ids?: Ids;
  log?: Log;
  /** False: nothing happens by itself. Whoever moves the clock calls `tick`, and no real second falls between its steps. */
  timers?: boolean;
}

export interface Running {
  app: App;
  database: Database;
  http: FastifyInstance;
  live: Live;
  /** http://… with the port that was taken. */
  url: string;
  /** True when this start seeded the demo company. */
  seeded: boolean;
  /** For the first administrator of an empty server; null once it has a company. */
  setupToken: string | null;
  /** What the clock moves: presence, and all that is due. By itself within a second; a test that holds the clock calls it. */
  tick(): Promise<void>;
  /** Resolves when presence, which follows the connections in its own time, is stored. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds every part once, by hand, and starts listening. */
export async function startServer(config: Config, overrides: Overrides = {}): Promise<Running> {
  const clock = overrides.clock ?? systemClock;
  const ids = overrides.ids ?? randomIds;
  const log = overrides.log ?? createLog(config['log-level']);
  const metrics = createMetrics();
  const database = await openDatabase({
    dataFolder: config.data,
    url: config['database-url'] || undefined,
    metrics: metrics.database,
    onError: (error) => log.error({ err: error }, 'database.failed'),
  });
  const secret = () => ids.secret() + ids.secret();
  const tokenKey = await database.transaction((db) => settingOrNew(db, 'token-key', secret));
  const epoch = await database.transaction((db) => settingOrNew(db, 'epoch', ids.secret));

  // The live endpoint needs the app to know who connects, the app needs it to publish: the app reaches it late.
  let live: Live;
  let processes: Processes;
  const node = ids.uuid(clock.now());
  const publish = (event: AppendedEvent): void => {
    live.publish(event);
    processes.published(event);
  };
  const transact = createTransact({
    database,
    clock,
    ids,
    reactions,
    log,
    node: database.notices && node,
    publish,
    close: (whose, close) => void live.closeConnections(whose, close),
  });
  const app: App = {
    clock,
    ids,
    log,
    read: database.read,
    transact,
    messageBatches: database.prepared && createMessageBatches(database.prepared),
    sendTogether: database.prepared ? null : createSendTogether(transact),
    publish,
    inTurn: inTurn(),
    tokens: createTokens(tokenKey),
    signInLimit: createAttemptLimit(clock, config['sign-in-limit'], config['sign-in-limit-address']),
    signal: (feeds, event, data) => live.signal(feeds, event, data),
    isConnectedElsewhere: (db, operatorId, signInId) =>
      isConnectedOtherwise(db, subjectOf.operator(operatorId), signInId),
  };
  const presence = createPresence(app, node, {
    operatorMs: config['presence-grace'] * 1000,
    clientMs: config['client-grace'] * 1000,
  });
  live = createLive({
    store: feedHistory(database.read, epoch),
    epoch,
    clock,
    log,
    authenticate: (token) => authenticate(app, token),
    feedsOf: (actor) => feedsOfActor(app, actor),
    connected: presence.connected,
    disconnected: presence.disconnected,
    signalled: (feed, json) => processes.signalled(feed, json),
    origins: createOrigins({
      publicUrl: config['public-url'],
      allowed: config['live-origins'],
      trustProxy: config['trust-proxy'] > 0,
      clock,
      pagesOfChannels: () => pagesOfChannels(database.read),
    }),
    addressOf: (request) => addressOf(request, config['trust-proxy']),
    perAddress: config['live-per-address'],
    perToken: config['live-per-token'],
  });
  processes = createProcesses({ node, database, transact, live, presence, clock, log });
  const seeded = config.demo && !config.production && (await seedDemo(app, database));
  if (config.production) await refuseDemoPassword(app);
  await processes.start();
  await presence.expectThoseWhoWereHere();

  let stopping = false;
  const httpOptions: HttpOptions = {
    app,
    routes,
    metrics,
    authenticate: (token) => authenticate(app, token),
    proxies: config['trust-proxy'],
    rateLimit: config['rate-limit'],
    checkAnswers: config['check-answers'],
  };
  const http = await createHttp(httpOptions);
  await documentApi(http);
  addRoutes(http, httpOptions);
  serveRaw(http, Object.values(streamPaths), live.server.handleRequest);
  serveHealth(http, metrics, async () => !stopping && (await answers(database)));
  await servePages(http, { demo: config.demo && !config.production });
  if (config.demo && !config.production) serveDemo(http, app);
  serveDocumentation(http);
  const invariants = watchInvariants(app);
  await invariants.look();
  countThings(metrics, database, live, invariants);
  http.server.on('upgrade', (request, socket, head) => {
    // Nobody else listens here: a client that breaks off would end the process.
    socket.on('error', () => {});
    if (request.url?.split('?')[0] === livePath) live.server.handleUpgrade(request, socket, head);
    // Else a client that never ends its half would keep the socket.
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
  });
  await http.listen({ port: config.port, host: config.host });

  let ticking: Promise<void> = Promise.resolve();
  const dueRows = createTimers(app);
  const tick = (): Promise<void> => {
    ticking = ticking
      .then(() => Promise.all([processes.tick(), presence.sweep()]))
      .then(() => presence.settled())
      .then(() => dueRows.look())
      .then(
        () => {},
        (err) => log.error({ err }, 'tick.failed'),
      );
    return ticking;
  };
  const settled = async (): Promise<void> => {
    await ticking;
    await presence.settled();
    await dueRows.settled();
  };
  const tidyNow = (): Promise<void> =>
    tidy(app, { eventHours: config['event-hours'], dialect: database.dialect }).catch((err) =>
      log.error({ err }, 'tidy.failed'),
    );
  const everySoOften: [act: () => Promise<unknown>, ms: number][] = [
    [tick, 1000],
    [dueRows.look, dueMs],
    [tidyNow, tidyMs],
    [invariants.look, invariantsMs],
  ];
  const timers = overrides.timers === false ? [] : everySoOften.map(([act, ms]) => setInterval(act, ms));
  const stop = async (): Promise<void> => {
    stopping = true;
    presence.stop();
    for (const timer of timers) clearInterval(timer);
    dueRows.stop();
    await Promise.all([live.server.close(), http.close()]);
    await settled();
    await processes.stop();
    await database.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    app,
    database,
    http,
    live,
    url: `http://${config.host === '0.0.0.0' || config.host === '127.0.0.1' ? 'localhost' : config.host}:${portOf(http)}`,
    seeded,
    setupToken: await setupToken(app),
    tick,
    settled,
    // Once, however often it is asked for.
    stop: () => (stopped ??= stop()),
  };
}

const tidyMs = 10 * 60 * 1000;
// What is due happens within a second.
const dueMs = 500;
const invariantsMs = 60 * 1000;

const portOf = (http: FastifyInstance): number => {
  const address = http.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const answers = (database: Database): Promise<boolean> =>
  database.ping().then(
    () => true,
    () => false,
  );

function countThings(metrics: Metrics, database: Database, live: Live, invariants: InvariantWatch): void {
  countLive(metrics, live);
  const status = async (name: string) => (await countByStatus(database.read)).get(name) ?? 0;
  metrics.gauge('switchboard_sessions_active', 'Sessions with an operator.', () => status('ACTIVE'));
  metrics.gauge('switchboard_sessions_help', 'Sessions that wait for an operator.', () => status('HELP'));
  metrics.gaugeBy('switchboard_invariant_violations', ['rule'], 'What must never be so, at the last look.', () =>
    byLabel('rule', invariants.counts()),
  );
}
