import type { ClientInfo } from './payload.ts';
import type { Notice, Publication } from './publication.ts';
import type { Transport } from './transport.ts';

/** Who subscribed: a connection. */
export interface Subscriber {
  /** Past the subscriber itself: in a fan-out each object on the way is cold memory. */
  readonly transport: Pick<Transport, 'deliver' | 'deliverDelta'>;
  /** A join or a leave. */
  notify(notice: Notice): void;
  infoFor(subscription: Subscription): ClientInfo;
  /** The subscription has just been taken off its channel, because its position can no longer be kept true. */
  insufficient(subscription: Subscription): void;
  /** More was published during the read of its history than may be kept for it. */
  overflow(): void;
}

/** What a subscription has beyond the plain ones, which share one object for it. */
export interface Traits {
  /** Publications of its channel have places, and are recovered. */
  history: boolean;
  presence: boolean;
  /** Its coming and going is told to those who want to know. */
  joinLeave: boolean;
  /** It wants to be told of the coming and going of others. */
  notified: boolean;
  /** JSON text for presence, joins and leaves. */
  info: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number | undefined;
  /** The client is told when, and may refresh it. */
  refreshable: boolean;
}

export const plain: Traits = {
  history: true,
  presence: false,
  joinLeave: false,
  notified: false,
  info: undefined,
  expiresAt: undefined,
  refreshable: false,
};

export const plainRefreshable: Traits = { ...plain, refreshable: true };

const MAX_GATHERED = 10_000;

/**
 * One connection's place in one channel. Until its history is read it gathers what is published; from then on
 * `position` is the offset of the last publication it was given, so that none comes twice and none is left out.
 */
export class Subscription {
  // Fields lie in memory in this order: first what every publication touches.
  /** What was published since it joined; null once it is live. */
  gathered: Publication[] | null = [];
  position = 0;
  /** The offset of the publication the next delta may start from: -1 for none yet, null without deltas. */
  deltaBase: number | null = null;
  readonly #transport: Subscriber['transport'];
  readonly owner: Subscriber;
  readonly channel: string;
  readonly serverSide: boolean;
  traits: Traits = plain;
  /** Left, or taken off. */
  gone = false;
  /** Its coming was told. */
  announced = false;
  #waiting: (() => void)[] | null = null;

  constructor(channel: string, owner: Subscriber, serverSide: boolean) {
    this.channel = channel;
    this.owner = owner;
    this.#transport = owner.transport;
    this.serverSide = serverSide;
  }

  get live(): boolean {
    return this.gathered === null && !this.gone;
  }

  /** Resolves when it is live or gone. */
  settled(): Promise<void> {
    if (this.gathered === null || this.gone) return Promise.resolve();
    this.#waiting ??= [];
    const waiting = this.#waiting;
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** It is off its channel. */
  leave(): void {
    this.gone = true;
    this.#settle();
  }

  offer(publication: Publication): void {
    if (this.gathered !== null) {
      this.gathered.push(publication);
      if (this.gathered.length > MAX_GATHERED) this.owner.overflow();
    } else if (publication.offset > this.position) {
      this.position = publication.offset;
      this.#hand(publication);
    }
  }

  /** A publication outside the stream. */
  signal(publication: Publication): void {
    if (this.live) this.#hand(publication);
  }

  /** From now on live: everything up to `position` has been handed over. */
  start(position: number): void {
    const gathered = this.gathered ?? [];
    this.position = position;
    this.gathered = null;
    for (const publication of gathered) {
      // They may have been too much for its connection.
      if (this.gone) return;
      this.offer(publication);
    }
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#waiting ?? []) resolve();
    this.#waiting = null;
  }

  #hand(publication: Publication): void {
    if (this.deltaBase === null) {
      this.#transport.deliver(publication);
      return;
    }
    const { offset } = publication;
    const applicable = offset > 0 && this.deltaBase === offset - 1;
    // The client takes whatever comes as its next base, also what has no place in the stream.
    this.deltaBase = offset > 0 ? offset : -1;
    this.#transport.deliverDelta(publication, applicable);
  }
}
