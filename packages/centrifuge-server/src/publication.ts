import type { Encoding } from './encoding.ts';
import type { StoredPublication } from './history.ts';
import { Outgoing } from './outgoing.ts';

/** A publication on its way to subscribers: encoded at most once per format, whatever their number. */
export class Publication implements StoredPublication {
  readonly channel: string;
  /** 0: outside the stream, never stored and never recovered. */
  readonly offset: number;
  readonly json: string;
  readonly #messages: Outgoing[] = [];

  constructor(channel: string, offset: number, json: string) {
    this.channel = channel;
    this.offset = offset;
    this.json = json;
  }

  encoded(encoding: Encoding): Outgoing {
    const known = this.#messages[encoding.slot];
    if (known !== undefined) return known;
    const message = new Outgoing(encoding.publicationPush(this.channel, this));
    this.#messages[encoding.slot] = message;
    return message;
  }
}
