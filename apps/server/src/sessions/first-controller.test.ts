import { expect, test } from 'vitest';
import { type Availability, botStandsIn, type ChannelRules, firstController } from './first-controller.ts';

type First = ReturnType<typeof firstController>;
const availabilities: Availability[] = ['free', 'busy', 'offline'];

// after closing · wrote before · while offline · while busy → free, busy, offline
test.each<[boolean, ChannelRules['afterClosing'], boolean, 'bot' | 'help', 'bot' | 'help', [First, First, First]]>([
  [false, 'bot', false, 'bot', 'bot', ['people', 'people', 'people']],
  [false, 'bot', true, 'bot', 'bot', ['people', 'people', 'people']],
  [false, 'lastOperator', false, 'bot', 'bot', ['people', 'people', 'people']],
  [false, 'lastOperator', true, 'bot', 'bot', ['people', 'people', 'people']],
  [false, 'help', true, 'help', 'help', ['people', 'people', 'people']],
  [true, 'help', false, 'help', 'help', ['bot', 'bot', 'bot']],
  [true, 'lastOperator', false, 'help', 'help', ['bot', 'bot', 'bot']],
  [true, 'bot', true, 'help', 'help', ['bot', 'bot', 'bot']],
  [true, 'help', true, 'help', 'help', ['people', 'people', 'people']],
  [true, 'help', true, 'bot', 'help', ['people', 'people', 'bot']],
  [true, 'help', true, 'help', 'bot', ['people', 'bot', 'people']],
  [true, 'help', true, 'bot', 'bot', ['people', 'bot', 'bot']],
  [true, 'lastOperator', true, 'help', 'help', ['people', 'people', 'people']],
  [true, 'lastOperator', true, 'bot', 'bot', ['people', 'bot', 'bot']],
])(
  'a bot: %j, after closing %s, wrote before: %j, while offline %s, while busy %s: %j',
  (hasBot, afterClosing, wroteBefore, whileOffline, whileBusy, expected) => {
    const rules = { hasBot, afterClosing, whileOffline, whileBusy };
    expect(availabilities.map((one) => firstController(rules, { wroteBefore }, one))).toEqual(expected);
  },
);

test('the bot never stands in where there is none, nor where somebody is free', () => {
  const rules = { hasBot: true, afterClosing: 'help', whileOffline: 'bot', whileBusy: 'bot' } as const;
  expect(availabilities.map((one) => botStandsIn(rules, one))).toEqual([false, true, true]);
  expect(availabilities.map((one) => botStandsIn({ ...rules, hasBot: false }, one))).toEqual([false, false, false]);
});
