import { deltaBetween } from './delta.ts';
import type { Encoding } from './encoding.ts';
import type { PublicationExtras, StoredPublication } from './history.ts';
import { Outgoing } from './outgoing.ts';
import { bytesOf, type ClientInfo, type Payload } from './payload.ts';

/** Formats there are: the stride between the forms of a publication in its cache. */
const FORMATS = 2;

/** A publication on its way to subscribers: encoded at most once per format and form, whatever their number. */
export class Publication implements StoredPublication {
  readonly channel: string;
  /** 0: outside the stream, never stored and never recovered. */
  readonly offset: number;
  readonly json: string;
  readonly bytes: Uint8Array | undefined;
  readonly #extras: PublicationExtras | undefined;
  /** The data of the publication before, where the channel has subscriptions with deltas. */
  before: Payload | null = null;
  #delta: Uint8Array | null | undefined;
  readonly #messages: Outgoing[] = [];

  constructor(channel: string, offset: number, json: string, extras?: PublicationExtras) {
    this.channel = channel;
    this.offset = offset;
    this.json = json;
    this.bytes = extras?.bytes;
    this.#extras = extras;
  }

  get info(): ClientInfo | undefined {
    return this.#extras?.info;
  }

  get tags(): Record<string, string> | undefined {
    return this.#extras?.tags;
  }

  encoded(encoding: Encoding): Outgoing {
    const known = this.#messages[encoding.slot];
    if (known !== undefined) return known;
    return this.#keep(encoding.slot, encoding.publicationPush(this.channel, this));
  }

  /** For a subscription with deltas. `applicable`: it has got the publication before. */
  encodedAsDelta(encoding: Encoding, applicable: boolean): Outgoing {
    const delta = applicable ? this.#deltaOnce() : null;
    const slot = encoding.slot + FORMATS * (delta === null ? 1 : 2);
    const known = this.#messages[slot];
    if (known !== undefined) return known;
    const form = { data: delta ?? bytesOf(this), applied: delta !== null };
    const { offset, json, info, tags } = this;
    return this.#keep(slot, encoding.publicationPush(this.channel, { offset, json, info, tags, delta: form }));
  }

  #deltaOnce(): Uint8Array | null {
    if (this.#delta === undefined) this.#delta = this.before === null ? null : deltaBetween(this.before, this);
    return this.#delta;
  }

  #keep(slot: number, payload: Buffer): Outgoing {
    const message = new Outgoing(payload);
    this.#messages[slot] = message;
    return message;
  }
}

/** A join or a leave: encoded once per format like a publication, and stored nowhere. */
export class Notice {
  readonly #encode: (encoding: Encoding) => Buffer;
  readonly #messages: Outgoing[] = [];

  constructor(encode: (encoding: Encoding) => Buffer) {
    this.#encode = encode;
  }

  encoded(encoding: Encoding): Outgoing {
    const known = this.#messages[encoding.slot];
    if (known !== undefined) return known;
    const message = new Outgoing(this.#encode(encoding));
    this.#messages[encoding.slot] = message;
    return message;
  }
}
