const most = 1 << 20;
const mark = 'message-';

/** What became of each message, by its number. */
export class MessageLog {
  readonly #sentAt = new Float64Array(most);
  readonly #acknowledgedAt = new Float64Array(most);
  readonly #deliveredAt = new Float64Array(most);
  readonly #deliveries = new Uint8Array(most);
  #next = 0;
  lastAcknowledged = 0;

  get next(): number {
    return this.#next;
  }

  /** `at`: when it should go, which may be before it could. */
  begin(at: number): number {
    if (this.#next === most) throw new Error(`more than ${most} messages in one run`);
    this.#sentAt[this.#next] = at;
    return this.#next++;
  }

  acknowledge(number: number): void {
    this.lastAcknowledged = performance.now();
    this.#acknowledgedAt[number] = this.lastAcknowledged;
  }

  /** One line of an operator's socket. */
  hear(line: string, at: number): void {
    if (!line.includes('"event":"chatMessageCreated"')) return;
    const start = line.indexOf(`"body":"${mark}`);
    if (start < 0) return;
    const number = Number.parseInt(line.slice(start + 8 + mark.length, start + 18 + mark.length), 10);
    this.#deliveries[number] = (this.#deliveries[number] ?? 0) + 1;
    if (this.#deliveredAt[number] === 0) this.#deliveredAt[number] = at;
  }

  /** The acknowledged ones from `first` on that nobody heard, and those somebody heard twice. */
  verify(first: number): { acknowledged: number; missing: number; doubled: number } {
    const result = { acknowledged: 0, missing: 0, doubled: 0 };
    for (let number = first; number < this.#next; number++) {
      const deliveries = this.#deliveries[number] ?? 0;
      if (deliveries > 1) result.doubled++;
      if (this.#acknowledgedAt[number] === 0) continue;
      result.acknowledged++;
      if (deliveries === 0) result.missing++;
    }
    return result;
  }

  /** Of the messages that were to be sent between the two moments. */
  timesBetween(from: number, to: number) {
    const delivery: number[] = [];
    const acknowledgement: number[] = [];
    let delivered = 0;
    for (let number = 0; number < this.#next; number++) {
      const sent = this.#sentAt[number] ?? 0;
      const heard = this.#deliveredAt[number] ?? 0;
      const acknowledged = this.#acknowledgedAt[number] ?? 0;
      if (heard >= from && heard < to && acknowledged > 0) delivered++;
      if (sent < from || sent >= to) continue;
      if (heard > 0) delivery.push(heard - sent);
      if (acknowledged > 0) acknowledgement.push(acknowledged - sent);
    }
    return { delivery, acknowledgement, delivered };
  }
}

/** As long as an average line of a chat. */
export const bodyOf = (number: number): string =>
  `${mark}${String(number).padStart(10, '0')} Hello, my order has not arrived yet, could you have a look?`;
