/**
 * Encoded messages waiting for a connection, as a chain from the newest back to the oldest. An outbox is therefore one
 * pointer, null when empty. Connections that wait for the same messages share the same chain, and with it the one
 * frame a transport builds out of it.
 */
export class Outgoing {
  readonly payload: Buffer;
  readonly before: Outgoing | null;
  /** How many bytes the whole chain takes, a separator for each message included. */
  readonly bytes: number;
  /** The chain as one WebSocket frame, once built. */
  frame: Buffer | null = null;
  /** The last chain that grew out of this one, for the next connection in the same place. */
  next: Outgoing | null = null;

  constructor(payload: Buffer, before: Outgoing | null = null) {
    this.payload = payload;
    this.before = before;
    this.bytes = (before === null ? 0 : before.bytes) + payload.length + 1;
  }
}

/** The chain with one more message at its end. */
export function append(chain: Outgoing | null, message: Outgoing): Outgoing {
  if (chain === null) return message;
  if (chain.next !== null && chain.next.payload === message.payload) return chain.next;
  const longer = new Outgoing(message.payload, chain);
  chain.next = longer;
  return longer;
}

/** The payloads of a chain, oldest first. */
export function payloads(chain: Outgoing): Buffer[] {
  const list: Buffer[] = [];
  for (let at: Outgoing | null = chain; at !== null; at = at.before) list.push(at.payload);
  return list.reverse();
}
