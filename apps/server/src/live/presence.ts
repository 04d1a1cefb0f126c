/** Somebody with live connections: `operator:101`, `client:…`. */
export type Subject = string;

export interface PresenceOptions {
  now(): number;
  /** Milliseconds between the last connection's end and `left`. */
  graceMs(subject: Subject): number;
  /** The first connection came; `cameBack`: within the grace, so nobody noticed the break. */
  arrived(subject: Subject, cameBack: boolean): void;
  /** The last one has been gone for the whole grace. */
  left(subject: Subject): void;
}

/** Who is here: several connections are one presence, and a short break is none. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #connections = new Map<Subject, number>();
  readonly #leaving = new Map<Subject, number>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  connected(subject: Subject): void {
    const count = this.#connections.get(subject) ?? 0;
    this.#connections.set(subject, count + 1);
    const cameBack = this.#leaving.delete(subject);
    if (count === 0) this.#options.arrived(subject, cameBack);
  }

  disconnected(subject: Subject): void {
    const count = this.#connections.get(subject) ?? 0;
    if (count > 1) {
      this.#connections.set(subject, count - 1);
      return;
    }
    this.#connections.delete(subject);
    this.expect(subject);
  }

  /** Was here before this process began; has the grace to come back. */
  expect(subject: Subject): void {
    if (this.#connections.has(subject)) return;
    this.#leaving.set(subject, this.#options.now() + this.#options.graceMs(subject));
  }

  /** Called every second. */
  sweep(): void {
    const now = this.#options.now();
    for (const [subject, at] of this.#leaving) {
      if (at > now) continue;
      this.#leaving.delete(subject);
      this.#options.left(subject);
    }
  }
}
