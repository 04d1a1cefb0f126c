import { commandErrors, ReplyError } from './codes.ts';
import type { StreamPosition } from './history.ts';
import type { Session } from './session.ts';
import { startOf } from './starting.ts';
import type { Subscription } from './subscription.ts';

/** Subscribes a connection at run time and tells the client by a push. */
export async function subscribeFromServer<S>(session: Session<S>, channel: string): Promise<void> {
  const { core, subscriptions, transport } = session;
  if (session.ended || subscriptions.has(channel)) return;
  if (subscriptions.size >= core.limits.maxChannels) throw new RangeError('more channels than maxChannels');
  const subscription = session.reserve(channel, true);
  core.hub.join(subscription);
  try {
    const { epoch, top } = await core.hub.history(subscription, null);
    if (subscription.gone) return;
    session.reply(transport.encoding.subscribePush(channel, { epoch, offset: top }));
    subscription.start(top);
  } catch (error) {
    release(session, subscription);
    throw error;
  }
}

/** Answers a client's `subscribe`. Never rejects. */
export async function subscribeFromClient<S>(
  session: Session<S>,
  id: number,
  channel: string,
  since: StreamPosition | null,
): Promise<void> {
  const { core, subscriptions, transport } = session;
  const { onSubscribe } = core.options;
  const fail = (error: { code: number; message: string; temporary?: boolean }) =>
    session.reply(transport.encoding.failed(id, error));
  if (onSubscribe === undefined) return fail(commandErrors.permissionDenied);
  if (subscriptions.has(channel)) return fail(commandErrors.alreadySubscribed);
  if (subscriptions.size >= core.limits.maxChannels) return fail(commandErrors.limitExceeded);
  const subscription = session.reserve(channel, false);
  try {
    if (!(await onSubscribe(session, channel))) throw denied();
    if (subscription.gone) return fail(commandErrors.internal);
    core.hub.join(subscription);
    const history = await core.hub.history(subscription, since);
    if (subscription.gone) return fail(commandErrors.internal);
    const start = startOf(history, since);
    countRecovery(session, start);
    session.reply(transport.encoding.subscribed(id, start));
    subscription.start(history.top);
  } catch (error) {
    release(session, subscription);
    if (!(error instanceof ReplyError)) core.report(error);
    fail(error instanceof ReplyError ? error : commandErrors.internal);
  }
}

export function countRecovery<S>(session: Session<S>, start: { wasRecovering: boolean; recovered: boolean }): void {
  if (start.recovered) session.core.recovered++;
  else if (start.wasRecovering) session.core.notRecovered++;
}

function denied(): ReplyError {
  return new ReplyError(commandErrors.permissionDenied.code, commandErrors.permissionDenied.message);
}

function release<S>(session: Session<S>, subscription: Subscription): void {
  if (!subscription.gone) session.leave(subscription.channel);
}
