import { disconnects } from './codes.ts';
import type { Encoding } from './encoding.ts';
import type { Flushable, Flusher } from './flusher.ts';
import type { Limits } from './limits.ts';
import { append, Outgoing } from './outgoing.ts';
import type { Payload } from './payload.ts';
import type { Publication } from './publication.ts';

/** What all wires of one server share. */
export interface Shared {
  readonly flusher: Flusher;
  readonly limits: Limits;
  deliveries: number;
}

/**
 * One client's wire, a WebSocket or an HTTP answer without end, behind its outbox: what is queued in one turn of the
 * event loop goes out together. The outbox is here and not in the session because a fan-out is a walk over cold memory:
 * whoever writes finds in one place what is to be written and whereto.
 */
export abstract class Transport implements Flushable {
  // Fields lie in memory in this order, and those of the subclass behind them: first what every delivery touches.
  readonly #shared: Shared;
  #outbox: Outgoing | null = null;
  /** The size of a large reply, or of what a subscription missed: that may wait above the limit. */
  #allowance = 0;
  /** Waits for the network. */
  #stalled = false;
  readonly encoding: Encoding;
  peer: Peer | null = null;

  constructor(encoding: Encoding, shared: Shared) {
    this.encoding = encoding;
    this.#shared = shared;
  }

  /** Absent: a WebSocket. */
  declare readonly kind?: 'http_stream' | 'sse';
  /** The secret by which its client posts commands, where the wire itself carries only answers. */
  declare readonly emulated?: string;
  /** Bytes written that the network has not taken yet. */
  abstract readonly waitingBytes: number;
  /** False: the network is behind, better keep what there is. */
  abstract readonly ready: boolean;
  /** Calls `flush` once when ready again. */
  protected abstract flushWhenReady(): void;
  /** At once, ahead of what is queued; after `close` nothing any more. */
  abstract write(messages: Outgoing): void;
  /** What of `close` is the wire's own. */
  protected abstract end(code: number, reason: string): void;

  get queuedBytes(): number {
    return (this.#outbox?.bytes ?? 0) + this.waitingBytes;
  }

  deliver(publication: Publication): void {
    if (publication.bytes !== undefined && !this.understands(publication)) return;
    this.#shared.deliveries++;
    this.queue(publication.encoded(this.encoding));
  }

  /** In the form for subscriptions with deltas. `applicable`: the publication before has been delivered too. */
  deliverDelta(publication: Publication, applicable: boolean): void {
    if (publication.bytes !== undefined && !this.understands(publication)) return;
    this.#shared.deliveries++;
    this.queue(publication.encodedAsDelta(this.encoding, applicable));
  }

  /** What a new subscription missed: it is owed that like an answer, so however much, it may wait. */
  deliverMissed(publications: Publication[]): void {
    const bytes = publications.reduce((sum, publication) => sum + publication.encoded(this.encoding).bytes, 0);
    this.#allowance = Math.max(this.#allowance, bytes);
    for (const publication of publications) this.deliver(publication);
  }

  /** False, and closed with 3506, when it cannot be given these bytes. */
  understands({ bytes }: Payload): boolean {
    if (bytes === undefined || this.encoding.binary) return true;
    const { code, reason } = disconnects.inappropriateProtocol;
    // Later: this may be in the middle of a publish.
    queueMicrotask(() => this.peer?.disconnect(code, reason));
    return false;
  }

  /** Too much of it ends the connection. */
  queue(message: Outgoing): void {
    if (this.#outbox === null) this.#shared.flusher.add(this);
    this.#outbox = append(this.#outbox, message);
    // What the wire holds back is asked only of one that was behind; the others' next flush finds out.
    const queued = this.#stalled ? this.queuedBytes : this.#outbox.bytes;
    if (queued <= this.#limit) return;
    // Much in one turn does not make a reader slow; what the network then leaves behind does.
    this.flush();
    this.#endIfSlow();
  }

  /** An answer to the client's own command: however large, it may wait. */
  queueReply(payload: Buffer): void {
    this.#allowance = Math.max(this.#allowance, payload.length);
    this.queue(new Outgoing(payload));
  }

  flush(): void {
    const outbox = this.#outbox;
    if (outbox === null) return;
    if (!this.ready) {
      if (!this.#stalled) this.flushWhenReady();
      this.#stalled = true;
      this.#endIfSlow();
      return;
    }
    this.#stalled = false;
    this.#outbox = null;
    this.write(outbox);
    if (this.#allowance > 0 && this.waitingBytes === 0) this.#allowance = 0;
  }

  /** Tells the client why, and ends the wire after what was written. What still is queued is dropped. */
  close(code: number, reason: string): void {
    this.#outbox = null;
    this.end(code, reason);
  }

  /** The wire has ended, by whomever. */
  protected gone(): void {
    this.#outbox = null;
    this.peer?.closed();
    this.peer = null;
  }

  get #limit(): number {
    return this.#shared.limits.maxQueueBytes + this.#allowance;
  }

  /** What waits is dropped with it: the client reads that again from its last position. */
  #endIfSlow(): void {
    const { code, reason } = disconnects.slow;
    if (this.queuedBytes > this.#limit) this.peer?.disconnect(code, reason);
  }
}

/** Who listens at the other side of a transport: first a handshake, then a session. */
export interface Peer {
  receive(frame: Buffer): void;
  /** The wire has ended, by whomever. */
  closed(): void;
  disconnect(code: number, reason: string): void;
  /** Called about every second. */
  tick(monotonic: number, now: number): void;
}
