import { commandErrors, disconnects, ReplyError } from './codes.ts';
import type { Command } from './encoding.ts';
import type { Session } from './session.ts';
import { subscribeFromClient } from './subscribing.ts';

const MAX_BUSY = 64;

/** Does what a connected client asks. What it must not ask ends the connection, or is thrown. */
export function runCommand<S>(session: Session<S>, command: Command): void {
  if (session.ended) return;
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
    case 'subscribe':
      answer(session, command.id, () => subscribeFromClient(session, command.id, command.channel, command.since));
      break;
    case 'unsubscribe':
      unsubscribe(session, command.id, command.channel);
      break;
    case 'rpc':
      answer(session, command.id, () => call(session, command.id, command.method, command.data));
      break;
    case 'publish':
    case 'history':
      session.reply(session.transport.encoding.failed(command.id, commandErrors.permissionDenied));
      break;
    default:
      session.reply(session.transport.encoding.failed(command.id, commandErrors.notAvailable));
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
  else session.attempt(() => onSend(session, data));
}

/** Work a client can start faster than it is done is bounded. `work` never rejects. */
function answer<S>(session: Session<S>, id: number, work: () => Promise<void>): void {
  if (session.busy >= MAX_BUSY) {
    session.reply(session.transport.encoding.failed(id, commandErrors.tooManyRequests));
    return;
  }
  session.busy++;
  void work().finally(() => {
    session.busy--;
  });
}

async function call<S>(session: Session<S>, id: number, method: string, data: unknown): Promise<void> {
  const { core, transport } = session;
  const { onRpc } = core.options;
  if (onRpc === undefined) return session.reply(transport.encoding.failed(id, commandErrors.notAvailable));
  try {
    const result = await onRpc(session, method, data);
    session.reply(transport.encoding.called(id, JSON.stringify(result) ?? 'null'));
  } catch (error) {
    if (!(error instanceof ReplyError)) core.report(error);
    session.reply(transport.encoding.failed(id, error instanceof ReplyError ? error : commandErrors.internal));
  }
}
