import { refusal, ttlOf } from './channels.ts';
import { type CommandError, commandErrors, disconnects, Refuse, ReplyError } from './codes.ts';
import type { Command, HistoryCommand } from './encoding.ts';
import type { Refreshed } from './options.ts';
import { jsonOf, type Payload, payloadOf, valueIn } from './payload.ts';
import { clientsOf, statsOf } from './presence.ts';
import { appendAndPublish, readPage } from './publishing.ts';
import type { Session } from './session.ts';
import { subscribeFromClient, subscriptionClaims } from './subscribing.ts';
import type { Subscription } from './subscription.ts';
import { TokenExpired, TokenInvalid } from './tokens.ts';

/** Does what a connected client asks. What it must not ask ends the connection, or is thrown. */
export function runCommand<S>(session: Session<S>, command: Command): void {
  if (session.ended) return;
  const { limits } = session.core;
  if ('channel' in command && command.channel.length > limits.maxChannelLength) {
    session.bad();
    return;
  }
  switch (command.type) {
    case 'pong':
      session.pong();
      break;
    case 'connect':
      session.bad();
      break;
    case 'send':
      take(session, command.data);
      break;
    case 'unsubscribe':
      unsubscribe(session, command.id, command.channel);
      break;
    default:
      work(session, command.id, () => answer(session, command));
  }
}

type Answered = Exclude<Command, { type: 'pong' | 'connect' | 'send' | 'unsubscribe' }>;

/**
 * The reply to a command that takes time, still to be encoded: large ones of commands that were done together would
 * otherwise all lie in memory before the first of them shows that the client is too slow.
 */
function answer<S>(session: Session<S>, command: Answered): Promise<(() => Buffer) | null> {
  const { encoding } = session.transport;
  const { id } = command;
  switch (command.type) {
    case 'subscribe':
      return subscribeFromClient(session, id, command).then(() => null);
    case 'rpc':
      return call(session, command.method, command.data).then((payload) => () => encoding.called(id, payload));
    case 'publish':
      return inTurn(session, () => publish(session, command.channel, command.payload)).then(
        () => () => encoding.published(id),
      );
    case 'history':
      return history(session, command).then((page) => () => encoding.history(id, page));
    case 'presence':
      return presence(session, command.channel).then((clients) => () => encoding.presence(id, clients));
    case 'presence_stats':
      return presence(session, command.channel).then((clients) => () => encoding.presenceStats(id, statsOf(clients)));
    case 'refresh':
      return refresh(session, command.token).then((ttl) => {
        const { version } = session.core.options;
        return () => encoding.refreshed(id, { client: session.id, version, ttl });
      });
    case 'sub_refresh':
      return subRefresh(session, command.channel, command.token).then((ttl) => () => encoding.subRefreshed(id, ttl));
  }
}

/** What the server subscribed, only the server ends. A channel not held is no error. */
function unsubscribe<S>(session: Session<S>, id: number, channel: string): void {
  const { encoding } = session.transport;
  const allowed = !session.subscriptions.get(channel)?.serverSide;
  if (allowed) session.leave(channel);
  session.reply(allowed ? encoding.unsubscribed(id) : encoding.failed(id, commandErrors.permissionDenied));
}

function take<S>(session: Session<S>, data: unknown): void {
  const { onSend } = session.core.options;
  if (onSend === undefined) session.disconnect(disconnects.notAvailable.code, disconnects.notAvailable.reason);
  else session.core.attempt(() => onSend(session, data));
}

/** Work a client can start faster than it is done is bounded. Errors become replies; a {@link Refuse} ends it all. */
function work<S>(session: Session<S>, id: number, run: () => Promise<(() => Buffer) | null>): void {
  const { encoding } = session.transport;
  if (session.busy >= session.core.limits.maxCommandsInWork) {
    session.reply(encoding.failed(id, commandErrors.tooManyRequests));
    return;
  }
  session.busy++;
  run()
    .then((reply) => {
      if (reply !== null && !session.ended) session.reply(reply());
    })
    .catch((error: unknown) => {
      if (error instanceof Refuse) session.disconnect(error.code, error.reason);
      else session.reply(encoding.failed(id, errorOf(session, error)));
    })
    .finally(() => {
      session.busy--;
    });
}

function errorOf<S>(session: Session<S>, error: unknown): CommandError {
  if (error instanceof ReplyError) return error;
  session.core.report(error);
  return commandErrors.internal;
}

async function call<S>(session: Session<S>, method: string, data: unknown): Promise<Payload> {
  const { onRpc } = session.core.options;
  if (onRpc === undefined) throw refusal(commandErrors.notAvailable);
  const payload = payloadOf(await onRpc(session, method, data));
  if (payload.bytes !== undefined && !session.transport.encoding.binary) {
    throw new TypeError('onRpc answered with bytes a client that speaks JSON');
  }
  return payload;
}

/** One publication of a client after the other, in the order it sent them, however long the application thinks. */
function inTurn<S>(session: Session<S>, publish: () => Promise<void>): Promise<void> {
  const turn = session.publishing === null ? publish() : session.publishing.then(publish);
  const done = turn
    .catch(() => {})
    .then(() => {
      if (session.publishing === done) session.publishing = null;
    });
  session.publishing = done;
  return turn;
}

async function publish<S>(session: Session<S>, channel: string, payload: Payload): Promise<void> {
  const { core } = session;
  if (payload.json === '' && (payload.bytes?.length ?? 0) === 0) throw refusal(commandErrors.badRequest);
  const { onPublish } = core.options;
  const allowed: unknown = onPublish === undefined ? false : await onPublish(session, channel, valueIn(payload));
  if (allowed === 'published') return;
  if (allowed !== true) {
    // A function that forgot to answer has let nothing through.
    if (allowed !== false) core.report(new TypeError("onPublish must answer true, false or 'published'"));
    throw refusal(commandErrors.permissionDenied);
  }
  const subscription = session.subscriptions.get(channel);
  const info = { user: session.user, client: session.id, connInfo: session.info, chanInfo: subscription?.traits.info };
  await appendAndPublish(core, channel, payload, { info });
}

async function history<S>(session: Session<S>, command: HistoryCommand) {
  const { options, limits } = session.core;
  const { channel, limit, since, reverse } = command;
  if (!(await options.onHistory?.(session, channel))) throw refusal(commandErrors.permissionDenied);
  const bounded = limit < 0 || limit > limits.historyLimit ? limits.historyLimit : limit;
  return await readPage(session.core, { channel, since, reverse, limit: bounded });
}

async function presence<S>(session: Session<S>, channel: string) {
  const { core } = session;
  const clients = clientsOf(core, channel);
  const { onPresence } = core.options;
  const allowed =
    onPresence === undefined ? session.subscriptions.get(channel)?.live : await onPresence(session, channel);
  if (!allowed) throw refusal(commandErrors.permissionDenied);
  return clients;
}

/** Seconds until the next one; undefined for no end. What only the application may prolong ends the connection. */
async function refresh<S>(session: Session<S>, token: string): Promise<number | undefined> {
  const { options, clock } = session.core;
  if (options.onRefresh === undefined && options.tokens === undefined) throw refusal(commandErrors.notAvailable);
  if (!session.refreshable) throw new Refuse(disconnects.badRequest.code, disconnects.badRequest.reason);
  const refreshed = await (options.onRefresh?.(session, token) ?? judged(session, token));
  session.refresh(refreshed);
  return refreshed.expiresAt === undefined ? undefined : ttlOf(refreshed.expiresAt, clock.now());
}

/** @throws Refuse 3005 for an expired one (to an error 109 clients never come back), 3500 for a bad one. */
async function judged<S>({ core, user }: Session<S>, token: string): Promise<Refreshed> {
  const { tokens } = core.options;
  const { connectionExpired, invalidToken } = disconnects;
  if (tokens === undefined) throw refusal(commandErrors.notAvailable);
  try {
    const claims = await tokens.connection(token);
    if (claims.user === user) return { expiresAt: claims.expiresAt, info: claims.info };
  } catch (error) {
    if (error instanceof TokenExpired) throw new Refuse(connectionExpired.code, connectionExpired.reason);
    if (!(error instanceof TokenInvalid)) throw error;
  }
  throw new Refuse(invalidToken.code, invalidToken.reason);
}

async function subRefresh<S>(session: Session<S>, channel: string, token: string): Promise<number | undefined> {
  const { options, clock } = session.core;
  const subscription = session.subscriptions.get(channel);
  if (options.onSubRefresh === undefined && options.tokens === undefined) throw refusal(commandErrors.notAvailable);
  if (!subscription?.live) throw refusal(commandErrors.permissionDenied);
  if (subscription.serverSide || !subscription.traits.refreshable) {
    throw new Refuse(disconnects.badRequest.code, disconnects.badRequest.reason);
  }
  const refreshed = await (options.onSubRefresh?.(session, channel, token) ?? judgedFor(session, subscription, token));
  const { expiresAt, info } = refreshed;
  const { traits } = subscription;
  subscription.traits = { ...traits, expiresAt, info: jsonOf(info) ?? traits.info };
  session.endsAt(subscription);
  return expiresAt === undefined ? undefined : ttlOf(expiresAt, clock.now());
}

async function judgedFor<S>(session: Session<S>, subscription: Subscription, token: string): Promise<Refreshed> {
  try {
    const claims = await subscriptionClaims(session, subscription.channel, token);
    if (claims === undefined) throw refusal(commandErrors.badRequest);
    const { expiresAt, info } = claims.accept;
    return { expiresAt, info };
  } catch (error) {
    // Ahead of the error, which alone would be final: a client without the subscription takes no notice of it.
    if (error instanceof ReplyError && error.code === commandErrors.tokenExpired.code) session.expire(subscription);
    throw error;
  }
}
