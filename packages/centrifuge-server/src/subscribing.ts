import { optionsOf, refusal, traitsOf, ttlOf } from './channels.ts';
import { commandErrors, disconnects, Refuse, ReplyError } from './codes.ts';
import type { SubscribeCommand, SubscriptionStart } from './encoding.ts';
import type { SubscribeAccept, SubscribeRequest } from './options.ts';
import { bytesOf, jsonOf } from './payload.ts';
import { Publication } from './publication.ts';
import type { Session } from './session.ts';
import { startOf, startWithoutHistory } from './starting.ts';
import type { Subscription } from './subscription.ts';
import { type SubscriptionClaims, TokenExpired, TokenInvalid } from './tokens.ts';

/** Subscribes a connection at run time and tells the client by a push. */
export async function subscribeFromServer<S>(
  session: Session<S>,
  channel: string,
  accept?: SubscribeAccept,
): Promise<void> {
  const { core, subscriptions, transport } = session;
  // Somebody else's place may still come to nothing.
  let there = subscriptions.get(channel);
  while (there !== undefined && !there.gone) {
    if (there.live) return;
    await there.settled();
    there = subscriptions.get(channel);
  }
  if (session.ended) return;
  if (subscriptions.size >= core.limits.maxChannels) throw new RangeError('more channels than maxChannels');
  const traits = traitsOf(optionsOf(core.options, channel), accept, false);
  const subscription = session.reserve(channel, true, traits);
  core.hub.join(subscription);
  try {
    const since = accept?.recoverSince ?? null;
    const history = traits.history ? await core.hub.history(subscription, since) : null;
    if (subscription.gone) return;
    const start = history === null ? startWithoutHistory(since) : startOf(history, since);
    countRecovery(session, start);
    if (!readable(session, start)) return;
    const position = history === null ? null : { epoch: start.epoch, offset: start.offset };
    session.reply(transport.encoding.subscribePush(channel, position, jsonOf(accept?.data)));
    const missed = start.publications.map((one) => new Publication(channel, one.offset, one.json, one));
    transport.deliverMissed(missed);
    session.begin(subscription, history?.top ?? 0);
  } catch (error) {
    release(session, subscription);
    throw error;
  }
}

/** Answers a client's `subscribe`. Never rejects. */
export async function subscribeFromClient<S>(
  session: Session<S>,
  id: number,
  command: SubscribeCommand,
): Promise<void> {
  const { core, subscriptions, transport } = session;
  const { channel, since } = command;
  const fail = (error: { code: number; message: string; temporary?: boolean }) =>
    session.reply(transport.encoding.failed(id, error));
  if (core.options.onSubscribe === undefined && command.token === '') return fail(commandErrors.permissionDenied);
  if (command.foreign) return fail(commandErrors.notAvailable);
  if (subscriptions.has(channel)) return fail(commandErrors.alreadySubscribed);
  if (subscriptions.size >= core.limits.maxChannels) return fail(commandErrors.limitExceeded);
  let subscription: Subscription | null = null;
  try {
    const options = optionsOf(core.options, channel);
    // Holds the place while the application thinks; what it says comes after.
    subscription = session.reserve(channel, false, traitsOf(options, undefined, command.joinLeave));
    const accept = await permission(session, command);
    if (subscription.gone) return fail(commandErrors.internal);
    const traits = traitsOf(options, accept, command.joinLeave);
    subscription.traits = traits;
    if (command.delta && options.delta) subscription.deltaBase = -1;
    core.hub.join(subscription);
    const history = traits.history ? await core.hub.history(subscription, since) : null;
    if (subscription.gone) return fail(commandErrors.internal);
    const start = history === null ? startWithoutHistory(since) : startOf(history, since);
    countRecovery(session, start);
    if (command.rejectUnrecovered && start.wasRecovering && !start.recovered) {
      throw refusal(commandErrors.unrecoverablePosition);
    }
    if (!readable(session, start)) return;
    complete(start, subscription, accept, core.clock.now());
    session.reply(transport.encoding.subscribed(id, start));
    session.begin(subscription, history?.top ?? 0);
  } catch (error) {
    if (subscription !== null) release(session, subscription);
    if (error instanceof Refuse) return session.disconnect(error.code, error.reason);
    if (!(error instanceof ReplyError)) core.report(error);
    fail(error instanceof ReplyError ? error : commandErrors.internal);
  }
}

/** A token that says yes is enough where the application has no function of its own. @throws ReplyError for no. */
async function permission<S>(session: Session<S>, command: SubscribeCommand): Promise<SubscribeAccept> {
  const { onSubscribe } = session.core.options;
  const request: SubscribeRequest = { data: command.data };
  const claims = await subscriptionClaims(session, command.channel, command.token);
  if (claims !== undefined) request.claims = claims;
  const byToken: SubscribeAccept = claims === undefined ? {} : { ...claims.accept, refresh: true };
  const accept =
    onSubscribe === undefined ? claims !== undefined : await onSubscribe(session, command.channel, request);
  if (accept === true) return byToken;
  if (typeof accept === 'object' && accept !== null) return { ...byToken, ...given(accept) };
  // A function that forgot to answer has let nobody in.
  if (accept !== false) session.core.report(new TypeError('onSubscribe must answer true, false or an object'));
  throw refusal(commandErrors.permissionDenied);
}

/** What it leaves undefined is left to the token, its end above all. */
function given(accept: SubscribeAccept): SubscribeAccept {
  return Object.fromEntries(Object.entries(accept).filter(([, value]) => value !== undefined));
}

/**
 * What a subscription token says; undefined without a token, or without `tokens` to judge it.
 * @throws ReplyError 109 when it has expired, 103 when it is no good or for another channel, user or client.
 */
export async function subscriptionClaims<S>(
  session: Session<S>,
  channel: string,
  token: string,
): Promise<SubscriptionClaims | undefined> {
  const { tokens } = session.core.options;
  if (tokens === undefined || token === '') return undefined;
  try {
    const claims = await tokens.subscription(token);
    const { client = '' } = claims.payload;
    const mine = claims.user === session.user && (client === '' || client === session.id);
    if (claims.channel === channel && mine) return claims;
  } catch (error) {
    if (error instanceof TokenExpired) throw refusal(commandErrors.tokenExpired);
    if (!(error instanceof TokenInvalid)) throw error;
  }
  throw refusal(commandErrors.permissionDenied);
}

/** What the reply says beyond the position. */
function complete(start: SubscriptionStart, subscription: Subscription, accept: SubscribeAccept, now: number): void {
  const { expiresAt, refreshable } = subscription.traits;
  const data = jsonOf(accept.data);
  if (data !== undefined) start.data = data;
  if (expiresAt !== undefined && refreshable) start.ttl = ttlOf(expiresAt, now);
  if (subscription.deltaBase === null) return;
  start.delta = true;
  const { publications } = start;
  // Whole, so that no delta is computed for one client; the last one is what the next delta starts from.
  subscription.deltaBase = publications.at(-1)?.offset ?? -1;
  start.publications = publications.map((one) => ({ ...one, delta: { data: bytesOf(one), applied: false } }));
}

/** False, and the connection closed with 3506, when publications are bytes and it speaks JSON. */
export function readable<S>(session: Session<S>, { publications }: SubscriptionStart): boolean {
  if (session.transport.encoding.binary || publications.every(({ bytes }) => bytes === undefined)) return true;
  session.disconnect(disconnects.inappropriateProtocol.code, disconnects.inappropriateProtocol.reason);
  return false;
}

export function countRecovery<S>(session: Session<S>, start: { wasRecovering: boolean; recovered: boolean }): void {
  if (start.recovered) session.core.recovered++;
  else if (start.wasRecovering) session.core.notRecovered++;
}

function release<S>(session: Session<S>, subscription: Subscription): void {
  if (!subscription.gone) session.leave(subscription.channel);
}
