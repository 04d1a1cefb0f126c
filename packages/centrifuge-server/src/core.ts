import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';
import type { Encoding } from './encoding.ts';
import { Flusher } from './flusher.ts';
import { Hub } from './hub.ts';
import { type Limits, toLimits } from './limits.ts';
import type { Options } from './options.ts';
import { Outgoing } from './outgoing.ts';
import type { Session } from './session.ts';
import type { Transport } from './transport.ts';

/** What all connections of one server share. */
export class Core<S> {
  readonly options: Options<S>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly flusher = new Flusher();
  /** Names this process to clients that post their commands. */
  readonly node = randomUUID();
  /** Every open wire, also those that have not connected or are closing. */
  readonly transports = new Set<Transport>();
  /** Connected: the application was told. */
  readonly sessions = new Set<Session<S>>();
  /** Connections and requests that were not let in. */
  readonly refused = { closing: 0, origin: 0, address: 0 };
  /** How many connections ended with each code, those before their connect reply included. */
  readonly ended = new Map<number, number>();
  publications = 0;
  deliveries = 0;
  recovered = 0;
  notRecovered = 0;
  #pings: Outgoing[] = [];

  constructor(options: Options<S>) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.limits = toLimits(options);
    this.hub = new Hub(options.store, this.limits.recoveryLimit, (error) => this.report(error));
  }

  /** Failures must not spread: neither into other connections nor out of the process. */
  report(error: unknown): void {
    try {
      if (this.options.onError !== undefined) this.options.onError(error);
      else process.emitWarning(error instanceof Error ? error : String(error));
    } catch (worse) {
      process.emitWarning(worse instanceof Error ? worse : String(worse));
    }
  }

  attempt(run: () => unknown): void {
    try {
      const done = run();
      if (done instanceof Promise) done.catch((error: unknown) => this.report(error));
    } catch (error) {
      this.report(error);
    }
  }

  countEnd({ code }: { code: number }): void {
    this.ended.set(code, (this.ended.get(code) ?? 0) + 1);
  }

  sweep(): void {
    this.#pings = [];
    const monotonic = this.clock.monotonic();
    const now = this.clock.now();
    for (const { peer } of this.transports) {
      this.attempt(() => peer?.tick(monotonic, now));
    }
    this.attempt(() => this.options.store.sweep?.());
    this.hub.retry();
  }

  /** One message for all pings of a sweep. */
  ping(encoding: Encoding): Outgoing {
    const known = this.#pings[encoding.slot];
    if (known !== undefined) return known;
    const message = new Outgoing(encoding.ping());
    this.#pings[encoding.slot] = message;
    return message;
  }
}
