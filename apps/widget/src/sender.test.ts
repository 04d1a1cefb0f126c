import type { Message } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import type { Answer, Refusal } from './api.ts';
import { openOutbox } from './outbox.ts';
import { createSender } from './sender.ts';
import { memoryKeep, message } from './testing.ts';

const refuse = (status: number, more: Partial<Refusal> = {}): Refusal => ({
  ok: false,
  status,
  lost: status === 0 || status >= 500,
  code: `c${status}`,
  error: 'sentence',
  ...more,
});

/** A sender whose server answers from a list; ok when the list has run out. */
function setup(...answers: Refusal[]) {
  let id = 0;
  const outbox = openOutbox(
    memoryKeep(),
    () => 1000,
    () => `local-${++id}`,
  );
  const asked: string[] = [];
  const waits: number[] = [];
  const renewals: number[] = [];
  let pending: (() => void) | null = null;
  const sender = createSender({
    outbox,
    async send({ localId, body }): Promise<Answer<Message>> {
      asked.push(body);
      return answers.shift() ?? { ok: true, data: message(localId, asked.length, { localId, body }) };
    },
    locked: (act) => act(),
    onSent: () => {},
    onChange: () => {},
    async renew() {
      renewals.push(1);
      return true;
    },
    later(act, ms) {
      waits.push(ms);
      pending = act;
      return () => {
        pending = null;
      };
    },
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { outbox, sender, asked, waits, renewals, settled, fire: () => pending?.() };
}

describe('sending', () => {
  it('sends in order, each once, though all were added in the same millisecond', async () => {
    const { outbox, sender, asked } = setup();
    for (const body of ['one', 'two', 'three']) outbox.add(body);
    await Promise.all([sender.flush(), sender.flush()]);
    expect(asked).toEqual(['one', 'two', 'three']);
    expect(outbox.list()).toEqual([]);
  });

  it('keeps what the network swallowed and sends nothing past it', async () => {
    const { outbox, sender, asked, waits, fire, settled } = setup(refuse(0), refuse(503));
    outbox.add('one');
    outbox.add('two');
    await sender.flush();
    expect([asked, waits.length]).toEqual([['one'], 1]);
    fire();
    await settled();
    fire();
    await settled();
    expect(asked).toEqual(['one', 'one', 'one', 'two']);
    expect(outbox.list()).toEqual([]);
  });

  it('waits as long as the server asks', async () => {
    const { outbox, sender, waits } = setup(refuse(429, { retryAfter: 7 }));
    outbox.add('one');
    await sender.flush();
    expect(waits).toEqual([7000]);
    expect(outbox.list()).toHaveLength(1);
  });

  it('marks what is refused with the reason, keeps its text and goes on with the next', async () => {
    const { outbox, sender, asked } = setup(refuse(403, { code: 'client_banned' }));
    outbox.add('one');
    outbox.add('two');
    await sender.flush();
    expect(asked).toEqual(['one', 'two']);
    expect(outbox.list()).toMatchObject([{ body: 'one', refused: { code: 'client_banned', error: 'sentence' } }]);
  });

  it('sends a refused message again under the same name, after the others', async () => {
    const { outbox, sender, asked } = setup(refuse(422));
    outbox.add('one');
    await sender.flush();
    outbox.add('two');
    outbox.again('local-1');
    expect(outbox.list().map(({ localId, refused }) => [localId, refused])).toEqual([
      ['local-2', undefined],
      ['local-1', undefined],
    ]);
    await sender.flush();
    expect(asked).toEqual(['one', 'two', 'one']);
  });

  it('becomes a new client when the token is dead, and sends the same message', async () => {
    const { outbox, sender, asked, renewals } = setup(refuse(401));
    outbox.add('one');
    await sender.flush();
    expect([asked, renewals.length]).toEqual([['one', 'one'], 1]);
  });

  it('does nothing after it was stopped', async () => {
    const { outbox, sender, asked } = setup();
    outbox.add('one');
    sender.stop();
    await sender.flush();
    expect(asked).toEqual([]);
  });
});

it('skips what another program left under our keys', () => {
  const keep = memoryKeep();
  keep.set('out:x', '{"broken');
  keep.set('out:y', '[]');
  const outbox = openOutbox(keep);
  outbox.add('mine');
  expect(outbox.list().map(({ body }) => body)).toEqual(['mine']);
});
