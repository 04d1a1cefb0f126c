import { optionsOf, traitsOf, ttlOf } from './channels.ts';
import {
  assertDisconnect,
  type CommandError,
  commandErrors,
  type Disconnect,
  disconnects,
  Refuse,
  ReplyError,
} from './codes.ts';
import { runCommand } from './commands.ts';
import type { Core } from './core.ts';
import { type Command, type ConnectCommand, type ConnectResult, decoded, type SubscriptionStart } from './encoding.ts';
import type { ChannelHistory } from './history.ts';
import type { Accept, ConnectRequest } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { jsonOf } from './payload.ts';
import { Session } from './session.ts';
import { startOf, startWithoutHistory } from './starting.ts';
import { countRecovery, readable } from './subscribing.ts';
import { TokenExpired, TokenInvalid } from './tokens.ts';
import type { Peer, Transport } from './transport.ts';

/** Where a client comes from. */
export type Origin = Pick<ConnectRequest, 'headers' | 'address' | 'url'>;

/** A client from its first byte to its connect reply; then a {@link Session} takes its place. */
export class Handshake<S> implements Peer {
  readonly #core: Core<S>;
  readonly #transport: Transport;
  readonly #origin: Origin;
  #due: number;
  #connecting = false;
  #ended = false;
  #session: Session<S> | null = null;
  /** Commands sent behind `connect` without waiting for its reply. */
  #early: Command[] = [];
  #earlyBytes = 0;

  constructor(core: Core<S>, transport: Transport, origin: Origin) {
    this.#core = core;
    this.#transport = transport;
    this.#origin = origin;
    this.#due = core.clock.monotonic() + core.limits.connectSeconds * 1_000;
  }

  receive(frame: Buffer): void {
    if (this.#ended) return;
    const commands = decoded(this.#transport.encoding, frame);
    if (commands === null) this.#refuse(disconnects.badRequest);
    const waiting = this.#early.length;
    for (const command of commands ?? []) if (!this.#ended) this.#take(command);
    if (this.#early.length > waiting) this.#earlyBytes += frame.length;
    if (this.#earlyBytes > this.#core.limits.maxFrameBytes) this.#refuse(disconnects.badRequest);
  }

  tick(monotonic: number): void {
    if (monotonic >= this.#due) this.#refuse(this.#connecting ? disconnects.serverError : disconnects.stale);
  }

  disconnect(code: number, reason: string): void {
    assertDisconnect(code, reason);
    if (this.#ended) return;
    this.#ended = true;
    if (this.#session !== null) this.#session.disconnect(code, reason);
    else {
      this.#core.countEnd({ code });
      this.#transport.close(code, reason);
    }
  }

  closed(): void {
    this.#core.transports.delete(this.#transport);
    if (this.#session !== null) this.#session.closed();
    else if (!this.#ended) this.#core.countEnd(disconnects.closed);
    this.#ended = true;
  }

  #refuse({ code, reason }: Disconnect): void {
    this.disconnect(code, reason);
  }

  #take(command: Command): void {
    if (this.#connecting) {
      this.#early.push(command);
    } else if (command.type === 'connect') {
      this.#connecting = true;
      this.#due = this.#core.clock.monotonic() + this.#core.limits.connectSeconds * 1_000;
      void this.#connect(command.id, command.request);
    } else {
      this.#refuse(disconnects.badRequest);
    }
  }

  async #connect(id: number, command: ConnectCommand): Promise<void> {
    const { data, token, name, version, since, headers } = command;
    try {
      const request: ConnectRequest = { data, ...this.#origin };
      if (token !== '') request.token = token;
      if (name !== '') request.name = name;
      if (version !== '') request.version = version;
      if (headers !== undefined) request.commandHeaders = headers;
      const { tokens } = this.#core.options;
      if (token !== '' && tokens !== undefined) request.claims = await tokens.connection(token);
      const accept = await this.#core.options.onConnect(request);
      if (!this.#ended) await this.#open(id, accept, since);
    } catch (error) {
      if (error instanceof Refuse) return this.disconnect(error.code, error.reason);
      if (error instanceof ReplyError) return this.#fail(id, error);
      if (error instanceof TokenExpired) return this.#fail(id, commandErrors.tokenExpired);
      if (error instanceof TokenInvalid) return this.#refuse(disconnects.invalidToken);
      this.#core.report(error);
      this.#refuse(disconnects.serverError);
    }
  }

  /** A connect error: 109 makes the client ask for another token, which no close code does. Then the wire ends. */
  #fail(id: number, error: CommandError): void {
    if (this.#ended) return;
    this.#transport.write(new Outgoing(this.#transport.encoding.failed(id, error)));
    this.#refuse(disconnects.closed);
  }

  async #open(id: number, accept: Accept<S>, since: ConnectCommand['since']): Promise<void> {
    const channels = [...new Set(accept.channels)];
    const { limits, clock, options } = this.#core;
    if (channels.length > limits.maxChannels) return this.#refuse(disconnects.channelLimit);
    if (this.#core.sessions.size >= limits.maxConnections) return this.#refuse(disconnects.connectionLimit);
    const session = new Session(this.#core, this.#transport, accept, this.#origin.address);
    this.#session = session;
    const histories = await Promise.all(channels.map((channel) => join(session, channel, accept, since)));
    if (session.ended || this.#ended) return;
    // Others have come during the reading.
    if (this.#core.sessions.size >= limits.maxConnections) return this.#refuse(disconnects.connectionLimit);
    const subscriptions = new Map<string, SubscriptionStart>();
    channels.forEach((channel, index) => {
      const history = histories[index];
      if (history === undefined) return;
      const from = since.get(channel) ?? null;
      const start = history === null ? startWithoutHistory(from) : startOf(history, from);
      const grantData = accept.grants?.[channel]?.data;
      if (grantData !== undefined) start.data = jsonOf(grantData);
      countRecovery(session, start);
      subscriptions.set(channel, start);
    });
    for (const start of subscriptions.values()) if (!readable(session, start)) return;
    const result: ConnectResult = {
      client: session.id,
      data: jsonOf(accept.data),
      subscriptions,
      ping: limits.pingSeconds,
      version: options.version,
    };
    if (session.refreshable && accept.expiresAt !== undefined) result.ttl = ttlOf(accept.expiresAt, clock.now());
    const { emulated } = this.#transport;
    if (emulated !== undefined) result.emulation = { session: emulated, node: this.#core.node };
    // In one go: between the reply and the start of the subscriptions nothing may be published.
    session.reply(this.#transport.encoding.connected(id, result));
    channels.forEach((channel, index) => {
      const subscription = session.subscriptions.get(channel);
      if (subscription !== undefined) session.begin(subscription, histories[index]?.top ?? 0);
    });
    // What was published meanwhile may have been too much for it.
    if (session.ended) return;
    this.#transport.peer = session;
    session.announce();
    for (const command of this.#early) runCommand(session, command);
  }
}

/** Null: a channel without history. */
async function join<S>(
  session: Session<S>,
  channel: string,
  { grants }: Accept<S>,
  since: ConnectCommand['since'],
): Promise<ChannelHistory | null> {
  const traits = traitsOf(optionsOf(session.core.options, channel), grants?.[channel], false);
  const subscription = session.reserve(channel, true, traits);
  session.core.hub.join(subscription);
  if (!traits.history) return null;
  return session.core.hub.history(subscription, since.get(channel) ?? null);
}
