import type { Desk } from './desk.ts';
import type { Mirror, Visit } from './mirror.ts';

const starvedAfterMs = 1000;

/** Who waits while somebody is free for them, for longer than a moment. */
export class Starvation {
  readonly starved = new Set<Visit>();
  readonly #mirror: Mirror;
  readonly #desks: Desk[];
  readonly #since = new Map<Visit, number>();

  constructor(mirror: Mirror, desks: Desk[]) {
    this.#mirror = mirror;
    this.#desks = desks;
  }

  /** After something has happened. */
  look(now: number): void {
    const free = this.#desks.filter(
      (desk) => desk.accepts && this.#mirror.holds(desk.actor.operatorId) < desk.maxSessions,
    );
    if (free.length === 0 || this.#mirror.waiting.size === 0) {
      this.#since.clear();
      return;
    }
    for (const visit of this.#since.keys()) if (!this.#mirror.waiting.has(visit)) this.#since.delete(visit);
    for (const visit of this.#mirror.waiting) {
      if (!free.some((desk) => desk.may(visit))) this.#since.delete(visit);
      else if (!this.#since.has(visit)) this.#since.set(visit, now);
    }
  }

  /** Nothing will happen before then. */
  until(then: number): void {
    for (const [visit, since] of this.#since) if (then - since > starvedAfterMs) this.starved.add(visit);
  }
}
