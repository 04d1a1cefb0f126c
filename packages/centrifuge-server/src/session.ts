import { randomUUID } from 'node:crypto';
import { assertDisconnect, type Disconnect, disconnects, unsubscribes } from './codes.ts';
import { runCommand } from './commands.ts';
import type { Core } from './core.ts';
import { decoded } from './encoding.ts';
import type { Accept, Connection, Refreshed, SubscribeAccept } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { type ClientInfo, jsonOf, payloadOf } from './payload.ts';
import { type Notice, Publication } from './publication.ts';
import { subscribeFromServer } from './subscribing.ts';
import { type Subscriber, Subscription, type Traits } from './subscription.ts';
import type { Peer, Transport } from './transport.ts';

/** An accepted client: its subscriptions and its pings. */
export class Session<S> implements Connection<S>, Peer, Subscriber {
  ended = false;
  readonly core: Core<S>;
  readonly transport: Transport;
  readonly id = randomUUID();
  readonly user: string;
  state: S;
  readonly address: string;
  info: string | undefined;
  readonly subscriptions = new Map<string, Subscription>();
  /** Commands being answered. */
  busy = 0;
  /** The client's last publication, until it is done; null while it published nothing. */
  publishing: Promise<void> | null = null;
  #expiresAt: number;
  /** The client knows when it expires, and may refresh it. */
  readonly refreshable: boolean;
  /** Subscriptions with an end of their own; null while there are none, as nearly always. */
  #ending: Set<Subscription> | null = null;
  #announced = false;
  #due = Number.POSITIVE_INFINITY;
  #awaitsPong = false;

  constructor(core: Core<S>, transport: Transport, accept: Accept<S>, address: string) {
    const { user, state, expiresAt, refresh = false, info } = accept;
    this.core = core;
    this.transport = transport;
    this.user = user;
    this.state = state;
    this.address = address;
    this.info = jsonOf(info);
    this.refreshable = refresh;
    this.#expiresAt = expiresAt ?? Number.POSITIVE_INFINITY;
  }

  get channels(): ReadonlySet<string> {
    const live = new Set<string>();
    for (const subscription of this.subscriptions.values()) if (subscription.live) live.add(subscription.channel);
    return live;
  }

  /** After the connect reply was queued. */
  announce(): void {
    const { core } = this;
    const { pingSeconds } = core.limits;
    this.#announced = true;
    core.sessions.add(this);
    // Spread: ten thousand clients that came at once need not all be pinged at once.
    if (pingSeconds > 0) this.#due = core.clock.monotonic() + pingSeconds * 1_000 * (0.5 + 0.5 * core.random());
    core.attempt(() => core.options.onConnected?.(this));
  }

  subscribe(channel: string, accept?: SubscribeAccept): Promise<void> {
    return subscribeFromServer(this, channel, accept);
  }

  refresh({ expiresAt, info }: Refreshed): void {
    this.#expiresAt = expiresAt ?? Number.POSITIVE_INFINITY;
    if (info !== undefined) this.info = jsonOf(info);
  }

  unsubscribe(channel: string): void {
    if (this.leave(channel)) this.#push(this.transport.encoding.unsubscribePush(channel, unsubscribes.server));
  }

  send(data: unknown): void {
    const payload = payloadOf(data);
    if (this.transport.understands(payload)) this.#push(this.transport.encoding.messagePush(payload));
  }

  signal(channel: string, json: string): void {
    if (this.ended) return;
    const publication = new Publication(channel, 0, json);
    const subscription = this.subscriptions.get(channel);
    if (subscription?.live) subscription.signal(publication);
    else this.transport.deliver(publication);
  }

  disconnect(code: number, reason: string): void {
    assertDisconnect(code, reason);
    if (this.ended) return;
    if (this.transport.ready) this.transport.flush();
    this.#end({ code, reason });
    this.transport.close(code, reason);
  }

  /** Puts the channel in its place; nothing is published to it before it has joined the hub. */
  reserve(channel: string, serverSide: boolean, traits: Traits): Subscription {
    const subscription = new Subscription(channel, this, serverSide);
    subscription.traits = traits;
    this.subscriptions.set(channel, subscription);
    return subscription;
  }

  /** Live from now on, and known to those who want to know. */
  begin(subscription: Subscription, position: number): void {
    subscription.start(position);
    this.endsAt(subscription);
    if (subscription.traits.joinLeave) this.core.hub.announce(subscription);
  }

  /** Notes that a subscription has an end of its own, or no longer. */
  endsAt(subscription: Subscription): void {
    if (subscription.traits.expiresAt === undefined) {
      this.#ending?.delete(subscription);
      return;
    }
    this.#ending ??= new Set();
    this.#ending.add(subscription);
  }

  infoFor({ traits }: Subscription): ClientInfo {
    return { user: this.user, client: this.id, connInfo: this.info, chanInfo: traits.info };
  }

  /** False when there was nothing to leave. */
  leave(channel: string): boolean {
    const subscription = this.subscriptions.get(channel);
    if (subscription === undefined) return false;
    this.subscriptions.delete(channel);
    this.core.hub.leave(subscription);
    return true;
  }

  notify(notice: Notice): void {
    if (!this.ended) this.transport.queue(notice.encoded(this.transport.encoding));
  }

  insufficient(subscription: Subscription): void {
    const { code, reason } = disconnects.insufficientState;
    const { channel, serverSide, gathered } = subscription;
    this.subscriptions.delete(channel);
    if (serverSide) this.disconnect(code, reason);
    // One that was not live yet is told by the reply it waits for.
    else if (gathered === null) {
      this.#push(this.transport.encoding.unsubscribePush(channel, unsubscribes.insufficientState));
    }
  }

  overflow(): void {
    const { code, reason } = disconnects.insufficientState;
    this.disconnect(code, reason);
  }

  receive(frame: Buffer): void {
    if (this.ended) return;
    const commands = decoded(this.transport.encoding, frame);
    if (commands === null) this.bad();
    for (const command of commands ?? []) runCommand(this, command);
  }

  bad(): void {
    this.disconnect(disconnects.badRequest.code, disconnects.badRequest.reason);
  }

  pong(): void {
    if (!this.#awaitsPong) {
      this.bad();
      return;
    }
    const { pingSeconds, pongSeconds } = this.core.limits;
    this.#awaitsPong = false;
    this.#due += (pingSeconds - pongSeconds) * 1_000;
  }

  tick(monotonic: number, now: number): void {
    if (this.ended) return;
    const { pongSeconds } = this.core.limits;
    if (now >= this.#expiresAt && this.#expire(now)) return;
    if (this.#ending !== null) this.#expireSubscriptions(this.#ending, now);
    if (this.ended) return;
    if (monotonic >= this.#due && this.#awaitsPong) {
      this.disconnect(disconnects.noPong.code, disconnects.noPong.reason);
    } else if (monotonic >= this.#due) {
      this.#awaitsPong = true;
      this.#due = monotonic + pongSeconds * 1_000;
      this.transport.queue(this.core.ping(this.transport.encoding));
    }
  }

  /** An answer to the client's own command. */
  reply(payload: Buffer): void {
    if (!this.ended) this.transport.queueReply(payload);
  }

  /** The client went, or its line did. What its close frame says is its own word, and proves nothing. */
  closed(): void {
    this.core.transports.delete(this.transport);
    this.#end(disconnects.closed);
  }

  /** A subscription has ended of itself: the client subscribes again, with another token. */
  expire(subscription: Subscription): void {
    if (subscription.gone) return;
    this.#ending?.delete(subscription);
    if (subscription.serverSide) {
      this.disconnect(disconnects.subscriptionExpired.code, disconnects.subscriptionExpired.reason);
      return;
    }
    this.leave(subscription.channel);
    this.#push(this.transport.encoding.unsubscribePush(subscription.channel, unsubscribes.expired));
  }

  /** False: the client has some seconds left to refresh it. */
  #expire(now: number): boolean {
    const { expireCode, refreshSeconds } = this.core.limits;
    const { code, reason } = disconnects.connectionExpired;
    if (!this.refreshable) this.disconnect(expireCode, disconnects.expired.reason);
    else if (now >= this.#expiresAt + refreshSeconds * 1_000) this.disconnect(code, reason);
    return this.ended;
  }

  #expireSubscriptions(ending: Set<Subscription>, now: number): void {
    for (const subscription of ending) {
      const { expiresAt = Number.POSITIVE_INFINITY, refreshable } = subscription.traits;
      const end = refreshable ? expiresAt + this.core.limits.refreshSeconds * 1_000 : expiresAt;
      if (subscription.gone) ending.delete(subscription);
      else if (now >= end) this.expire(subscription);
    }
  }

  #push(payload: Buffer): void {
    if (!this.ended) this.transport.queue(new Outgoing(payload));
  }

  #end(why: Disconnect): void {
    if (this.ended) return;
    this.ended = true;
    this.core.countEnd(why);
    for (const subscription of this.subscriptions.values()) this.core.hub.leave(subscription);
    this.subscriptions.clear();
    if (!this.#announced) return;
    this.core.sessions.delete(this);
    // Later: the application may publish in answer, and this may be in the middle of a publish.
    queueMicrotask(() => this.core.attempt(() => this.core.options.onDisconnect?.(this, why)));
  }
}
