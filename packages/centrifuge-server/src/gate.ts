import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Core } from './core.ts';

/** Why somebody was not let in, and with which HTTP status: one count each. */
const statuses = { closing: 503, origin: 403, address: 429 } as const;

type Why = keyof typeof statuses;

/** The HTTP answer to who may not enter. */
export interface Refusal {
  status: number;
  headers: Record<string, string | number>;
  /** What to mend, in ASCII. */
  text: string;
}

const RETRY_AFTER_SECONDS = 10;
const texts = {
  closing: 'shutting down: try again',
  origin: 'pages of this origin may not connect',
  address: 'too many connections from this address',
} as const;

/** @param text in ASCII */
export function refusal(status: number, text: string, headers: Refusal['headers'] = {}): Refusal {
  const about = { Connection: 'close', 'Content-Type': 'text/plain', 'Content-Length': text.length };
  return { status, text, headers: { ...about, ...headers } };
}

/** Who may open a connection, before anything of it is read: by origin and by address, and nobody during a close. */
export class Gate<S> {
  readonly #core: Core<S>;
  readonly #of = new Map<string, number>();
  /** The address a wire was counted for: it can no longer be asked once it is closed. */
  readonly #counted = new Map<EventEmitter, string>();
  closing = false;

  constructor(core: Core<S>) {
    this.#core = core;
  }

  /**
   * Lets a request in by calling `enter`, in the turn of the last look, with the address it comes from; or answers why
   * not. `wire` is what counts for its address until it closes; null for a request that opens no connection.
   */
  async admit(
    request: IncomingMessage,
    wire: EventEmitter | null,
    enter: (address: string) => void | Promise<void>,
  ): Promise<Refusal | null> {
    if (this.closing) return this.#refuse('closing');
    const address = this.#addressOf(request);
    if (address === null) return refusal(500, 'where this comes from could not be told');
    if (wire !== null && !this.#count(networkOf(address), wire)) return this.#refuse('address');
    if (!(await this.#originAllowed(request))) return this.#refuse('origin');
    if (this.closing) return this.#refuse('closing');
    await enter(address);
    return null;
  }

  /** Null: the application failed to tell. */
  #addressOf(request: IncomingMessage): string | null {
    try {
      return this.#core.options.addressOf?.(request) ?? request.socket.remoteAddress ?? '';
    } catch (error) {
      this.#core.report(error);
      return null;
    }
  }

  #refuse(why: Why): Refusal {
    this.#core.refused[why]++;
    return refusal(statuses[why], texts[why], why === 'address' ? { 'Retry-After': RETRY_AFTER_SECONDS } : {});
  }

  #count(address: string, wire: EventEmitter): boolean {
    const { maxConnectionsPerAddress } = this.#core.limits;
    if (maxConnectionsPerAddress === Number.POSITIVE_INFINITY) return true;
    if (address === '') return true;
    const taken = this.#of.get(address) ?? 0;
    if (taken >= maxConnectionsPerAddress) return false;
    this.#of.set(address, taken + 1);
    this.#counted.set(wire, address);
    wire.once('close', () => this.#release(wire));
    return true;
  }

  #release(wire: EventEmitter): void {
    const address = this.#counted.get(wire);
    if (address === undefined) return;
    this.#counted.delete(wire);
    const left = (this.#of.get(address) ?? 1) - 1;
    if (left > 0) this.#of.set(address, left);
    else this.#of.delete(address);
  }

  /** When the application cannot tell, the answer is no. */
  async #originAllowed(request: IncomingMessage): Promise<boolean> {
    try {
      return (await this.#core.options.allowOrigin?.(request)) ?? true;
    } catch (error) {
      this.#core.report(error);
      return false;
    }
  }
}

/** One household or server has a whole /64 of IPv6 addresses, so all of it counts as one. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = address.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4);
  return `${groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
