import { assertDisconnect, type Disconnect, disconnects, Refuse, ReplyError } from './codes.ts';
import { runCommand } from './commands.ts';
import type { Core } from './core.ts';
import { type Command, type ConnectCommand, decoded, type SubscriptionStart } from './encoding.ts';
import type { ChannelHistory } from './history.ts';
import type { Accept, ConnectRequest } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { Session } from './session.ts';
import { startOf } from './starting.ts';
import { countRecovery } from './subscribing.ts';
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
    for (const command of commands ?? []) this.#take(command, frame.length);
  }

  tick(monotonic: number): void {
    if (monotonic >= this.#due) this.#refuse(this.#connecting ? disconnects.serverError : disconnects.stale);
  }

  disconnect(code: number, reason: string): void {
    assertDisconnect(code, reason);
    if (this.#ended) return;
    this.#ended = true;
    if (this.#session !== null) this.#session.disconnect(code, reason);
    else this.#transport.close(code, reason);
  }

  closed(code: number, reason: string): void {
    this.#ended = true;
    this.#core.transports.delete(this.#transport);
    this.#session?.closed(code, reason);
  }

  #refuse({ code, reason }: Disconnect): void {
    this.disconnect(code, reason);
  }

  #take(command: Command, bytes: number): void {
    if (this.#connecting) {
      this.#early.push(command);
      this.#earlyBytes += bytes;
      if (this.#earlyBytes > this.#core.limits.maxFrameBytes) this.#refuse(disconnects.badRequest);
    } else if (command.type === 'connect') {
      this.#connecting = true;
      this.#due = this.#core.clock.monotonic() + this.#core.limits.connectSeconds * 1_000;
      void this.#connect(command.id, command.request);
    } else {
      this.#refuse(disconnects.badRequest);
    }
  }

  async #connect(id: number, { data, token, name, version, since }: ConnectCommand): Promise<void> {
    try {
      const request: ConnectRequest = { data, ...this.#origin };
      if (token !== '') request.token = token;
      if (name !== '') request.name = name;
      if (version !== '') request.version = version;
      const accept = await this.#core.options.onConnect(request);
      if (!this.#ended) await this.#open(id, accept, since);
    } catch (error) {
      if (error instanceof Refuse) return this.disconnect(error.code, error.reason);
      if (error instanceof ReplyError) return this.#fail(id, error);
      this.#core.report(error);
      this.#refuse(disconnects.serverError);
    }
  }

  /** A connect error: 109 makes the client ask for another token, which no close code does. Then the wire ends. */
  #fail(id: number, error: ReplyError): void {
    if (this.#ended) return;
    this.#transport.write(new Outgoing(this.#transport.encoding.failed(id, error)));
    this.#refuse(disconnects.closed);
  }

  async #open(id: number, accept: Accept<S>, since: ConnectCommand['since']): Promise<void> {
    const channels = [...new Set(accept.channels)];
    if (channels.length > this.#core.limits.maxChannels) return this.#refuse(disconnects.channelLimit);
    const session = new Session(this.#core, this.#transport, accept, this.#origin.address);
    this.#session = session;
    const histories = await Promise.all(channels.map((channel) => join(session, channel, since)));
    if (session.ended || this.#ended) return;
    const subscriptions = new Map<string, SubscriptionStart>();
    channels.forEach((channel, index) => {
      const history = histories[index];
      if (history === undefined) return;
      const start = startOf(history, since.get(channel) ?? null);
      countRecovery(session, start);
      subscriptions.set(channel, start);
    });
    const { data } = accept;
    const result = {
      client: session.id,
      data: data === undefined ? undefined : JSON.stringify(data),
      subscriptions,
      ping: this.#core.limits.pingSeconds,
    };
    // In one go: between the reply and the start of the subscriptions nothing may be published.
    session.reply(this.#transport.encoding.connected(id, result));
    channels.forEach((channel, index) => {
      session.subscriptions.get(channel)?.start(histories[index]?.top ?? 0);
    });
    this.#transport.peer = session;
    session.announce();
    for (const command of this.#early) runCommand(session, command);
  }
}

function join<S>(session: Session<S>, channel: string, since: ConnectCommand['since']): Promise<ChannelHistory> {
  const subscription = session.reserve(channel, true);
  session.core.hub.join(subscription);
  return session.core.hub.history(subscription, since.get(channel) ?? null);
}
