import type { Script } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mistakesIn } from './check-script.ts';
import { begin, hear, type ScriptState, type Turn } from './script.ts';

const shop: Script = {
  start: 'hello',
  steps: {
    hello: {
      say: 'What is it about?',
      buttons: [
        { text: 'An order', goTo: 'name' },
        { text: 'Nothing', goTo: 'bye' },
      ],
      keywords: [{ words: ['refund', 'money back'], goTo: 'refund' }],
    },
    refund: { say: 'Refunds take three days.', goTo: 'more' },
    more: { say: 'Anything else?', buttons: [{ text: 'No', goTo: 'bye' }], otherwise: 'people' },
    name: { say: 'Your name, please.', ask: 'name', goTo: 'phone' },
    phone: { say: 'And your phone?', ask: 'phone', goTo: 'people' },
    people: { say: 'One moment, please.', handOver: { groupId: 7 } },
    bye: { say: 'Goodbye!', close: true },
  },
};
const said = ({ says }: Turn) => says.map(({ body }) => body);
const at = (step: string, misses = 0): ScriptState => ({ step, misses });

describe('it begins', () => {
  test('with its greeting and its menu', () => {
    expect(begin(shop, 'Hello')).toEqual({
      says: [{ body: 'What is it about?', buttons: ['An order', 'Nothing'] }],
      learns: null,
      next: { waits: at('hello') },
    });
  });
  test('first words that a keyword understands need not be written twice', () => {
    expect(begin(shop, 'I want a refund')).toEqual({
      says: [
        { body: 'What is it about?', buttons: [] },
        { body: 'Refunds take three days.', buttons: [] },
        { body: 'Anything else?', buttons: ['No'] },
      ],
      learns: null,
      next: { waits: at('more') },
    });
  });
  test('handed back it greets, whatever was written before', () => {
    expect(said(begin(shop, null))).toEqual(['What is it about?']);
  });
});

describe('it hears', () => {
  test.each<[string, ScriptState | null, string, string[], object]>([
    ['a button', at('hello'), 'an order', ['Your name, please.'], { waits: at('name') }],
    ['a keyword', at('hello'), 'MONEY BACK!', ['Refunds take three days.', 'Anything else?'], { waits: at('more') }],
    [
      'an answer',
      at('phone', 1),
      '+380 44 123 45 67',
      ['One moment, please.'],
      { handsOver: { groupId: 7 }, announced: true },
    ],
    ['a last word', at('hello'), 'nothing', ['Goodbye!'], { closes: true }],
    ['what nothing understands: it says it again', at('hello'), 'hm', ['What is it about?'], { waits: at('hello', 1) }],
    ['no answer: it asks again', at('phone'), 'why?', ['And your phone?'], { waits: at('phone', 1) }],
    ['it once more: it hands over', at('hello', 1), 'hm', [], { handsOver: {}, announced: false }],
    ['otherwise', at('more'), 'yes', ['One moment, please.'], { handsOver: { groupId: 7 }, announced: true }],
    ['a step that is gone: it begins anew', at('gone'), 'hm', ['What is it about?'], { waits: at('hello') }],
    ['constructor, which is no step', at('constructor'), 'hm', ['What is it about?'], { waits: at('hello') }],
  ])('%s', (_, state, text, says, next) => {
    const turn = hear(shop, state, text);
    expect(said(turn)).toEqual(says);
    expect(turn.next).toMatchObject(next);
  });

  test('leaving it says what it would say if it had to stay: where it waited, not what it announced', () => {
    const waited = { says: [{ body: 'And your phone?', buttons: [] }], waits: at('phone') };
    expect(hear(shop, at('phone'), '+380 44 123 45 67').next).toMatchObject({ announced: true, back: waited });
    expect(hear(shop, at('phone', 1), 'hm').next).toMatchObject({ announced: false, back: waited });
    const people: Script = { start: 'people', steps: { people: { handOver: {} } } };
    expect(begin(people, 'Hello').next).toEqual({ handsOver: {}, announced: false, back: null });
  });

  test('an answer is learnt', () => {
    expect(hear(shop, at('name'), ' Ada  Lovelace').learns).toEqual({ field: 'name', value: 'Ada Lovelace' });
    expect(hear(shop, at('phone'), 'Ada').learns).toBeNull();
  });
  test('understood, it forgets what it did not understand', () => {
    expect(hear(shop, at('hello', 1), 'an order').next).toEqual({ waits: at('name') });
  });
  test('otherwise that leads back still ends with people', () => {
    const script: Script = {
      start: 'menu',
      tries: 3,
      steps: {
        menu: { say: 'Menu', buttons: [{ text: 'A', goTo: 'menu' }], otherwise: 'what' },
        what: { say: 'What?', goTo: 'menu' },
      },
    };
    expect(hear(script, at('menu'), 'x')).toMatchObject({ next: { waits: at('menu', 1) } });
    expect(hear(script, at('menu', 1), 'x')).toMatchObject({ next: { waits: at('menu', 2) } });
    expect(hear(script, at('menu', 2), 'x')).toMatchObject({ next: { handsOver: {} } });
  });
});

// Scripts out of few names and few words, so that a fair share of them has no mistake.
const name = fc.constantFrom('a', 'b', 'c', 'd');
const word = fc.constantFrom('yes', 'no', 'да', '退款', '👍');
const step = fc.oneof(
  fc.record({ say: word, goTo: name }),
  fc.record(
    {
      say: word,
      buttons: fc.array(fc.record({ text: word, goTo: name }), { minLength: 1, maxLength: 3 }),
      keywords: fc.array(fc.record({ words: fc.array(word, { minLength: 1, maxLength: 1 }), goTo: name }), {
        maxLength: 2,
      }),
      otherwise: name,
    },
    { requiredKeys: ['say', 'buttons'] },
  ),
  fc.record({ say: word, ask: fc.constantFrom('name', 'phone', 'email'), goTo: name }),
  fc.record({ say: word, handOver: fc.record({ groupId: fc.integer({ min: 1 }) }, { requiredKeys: [] }) }),
  fc.record({ say: word, close: fc.constant(true) }),
);
const script: fc.Arbitrary<Script> = fc.record(
  { start: name, steps: fc.record({ a: step, b: step, c: step, d: step }), tries: fc.integer({ min: 1, max: 3 }) },
  { requiredKeys: ['start', 'steps'] },
) as fc.Arbitrary<Script>;

/** A script in which only reachability is wrong is as good: an island is never entered. */
const isSound = (one: Script) => mistakesIn(one).every(({ message }) => message.startsWith('is never reached'));

test('whatever is written: it ends every turn, never throws, says only what the script says', () => {
  let sound = 0;
  fc.assert(
    fc.property(script, fc.array(fc.oneof(word, fc.string({ unit: 'binary' })), { maxLength: 20 }), (one, texts) => {
      fc.pre(isSound(one));
      sound += 1;
      const words = new Set(Object.values(one.steps).map(({ say }) => say));
      let turn = begin(one, texts[0] ?? null);
      for (const text of texts) {
        for (const { body } of turn.says) expect(words).toContain(body);
        expect(turn.says.length).toBeLessThanOrEqual(2 * Object.keys(one.steps).length);
        if (!('waits' in turn.next)) return;
        turn = hear(one, turn.next.waits, text);
      }
    }),
    { numRuns: 500 },
  );
  expect(sound).toBe(500);
});

test('words that nothing understands reach people after as many messages as it tries', () => {
  fc.assert(
    fc.property(script, (one) => {
      fc.pre(isSound(one));
      let turn = begin(one, null);
      let heard = 0;
      while ('waits' in turn.next) {
        turn = hear(one, turn.next.waits, '—');
        heard += 1;
      }
      expect(heard).toBeLessThanOrEqual(one.tries ?? 2);
    }),
  );
});

test('a script that throws says so instead of going round for ever', () => {
  const round: Script = { start: 'a', steps: { a: { say: 'A', goTo: 'b' }, b: { say: 'B', goTo: 'a' } } };
  expect(() => begin(round, null)).toThrow('comes back to itself');
  expect(() => begin({ start: 'x', steps: {} }, null)).toThrow('no step x');
});
