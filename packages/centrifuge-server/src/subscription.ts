import type { Publication } from './publication.ts';

/** Who subscribed: a connection. */
export interface Subscriber {
  deliver(publication: Publication): void;
  /** The subscription has just been taken off its channel, because its position can no longer be kept true. */
  insufficient(subscription: Subscription): void;
  /** More was published during the read of its history than may be kept for it. */
  overflow(): void;
}

const MAX_GATHERED = 10_000;

/**
 * One connection's place in one channel. Until its history is read it gathers what is published; from then on
 * `position` is the offset of the last publication it was given, so that none comes twice and none is left out.
 */
export class Subscription {
  readonly channel: string;
  readonly owner: Subscriber;
  readonly serverSide: boolean;
  position = 0;
  /** What was published since it joined; null once it is live. */
  gathered: Publication[] | null = [];
  /** Left, or taken off. */
  gone = false;

  constructor(channel: string, owner: Subscriber, serverSide: boolean) {
    this.channel = channel;
    this.owner = owner;
    this.serverSide = serverSide;
  }

  get live(): boolean {
    return this.gathered === null && !this.gone;
  }

  offer(publication: Publication): void {
    if (this.gathered !== null) {
      this.gathered.push(publication);
      if (this.gathered.length > MAX_GATHERED) this.owner.overflow();
    } else if (publication.offset > this.position) {
      this.position = publication.offset;
      this.owner.deliver(publication);
    }
  }

  /** From now on live: everything up to `position` has been handed over. */
  start(position: number): void {
    const gathered = this.gathered ?? [];
    this.position = position;
    this.gathered = null;
    for (const publication of gathered) this.offer(publication);
  }
}
