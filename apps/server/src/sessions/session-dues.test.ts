import { expect, test } from 'vitest';
import { answerDueAt, type ClockRules, duesOf, type Timed } from './session-dues.ts';

const noRules: ClockRules = { allowableIdle: 0, steps: {}, hours: null };
const started = 1_000_000;
const seconds = (count: number) => started + count * 1000;
const session = (change: Partial<Timed> = {}): Timed => ({
  status: 'ACTIVE',
  started_at: started,
  ttl: 300,
  timer_first_answer: 60,
  timer_next_answers: 30,
  answer_due_at: null,
  answer_late: 0,
  idle_from: null,
  help_since: null,
  waiting_since: null,
  operator_assigned_at: null,
  last_operator_message_at: null,
  paused_at: null,
  paused_until: null,
  silent_from: null,
  reserved_until: null,
  steps_said: '[]',
  ...change,
});
const step = (afterSeconds: number) => ({ afterSeconds, text: { default: 'Please wait' } });
const steps = { forOperator: [step(10), step(20)], forAnswer: [step(15)], onHold: [step(5)] };

/** What comes before the session closes, as `what@second`. */
const beforeClosing = (row: Timed, rules: Partial<ClockRules> = {}) =>
  duesOf(row, { ...noRules, ...rules }, null)
    .filter(({ does }) => does !== 'close')
    .map((due) => `${due.does === 'say' ? due.name : due.does}@${(due.at - started) / 1000}`);

test.each<[string, Partial<Timed>, number | null, number]>([
  ['from the beginning, where the client said nothing', {}, null, 300],
  ['from the client’s last message', {}, seconds(100), 400],
  ['from the end of a pause that is to end later', { status: 'PAUSED', paused_until: seconds(500) }, seconds(100), 800],
  ['from the end of a pause that has ended', { silent_from: seconds(500) }, seconds(100), 800],
  ['from a message after that pause', { silent_from: seconds(500) }, seconds(600), 900],
])('silence counts %s', (_, change, last, closes) => {
  expect(duesOf(session(change), noRules, last)).toContainEqual({ does: 'close', at: seconds(closes) });
});

test.each<[string, Partial<Timed>, Partial<ClockRules>, string[]]>([
  ['nothing is timed', {}, {}, []],
  ['a deadline', { waiting_since: started, answer_due_at: seconds(60) }, {}, ['markLate@60']],
  ['a deadline in help', { status: 'HELP', waiting_since: started, answer_due_at: seconds(60) }, {}, ['markLate@60']],
  ['a deadline that has passed', { waiting_since: started, answer_due_at: seconds(60), answer_late: 1 }, {}, []],
  ['a deadline while paused', { status: 'PAUSED', waiting_since: started, answer_due_at: seconds(60) }, {}, []],
  ['an operator who owes an answer', { idle_from: started }, { allowableIdle: 40_000 }, ['moveIdle@40']],
  ['the same, but nobody minds', { idle_from: started }, {}, []],
  ['the same, but paused', { status: 'PAUSED', idle_from: started }, { allowableIdle: 40_000 }, []],
  ['an operator who spoke last', {}, { allowableIdle: 40_000 }, []],
  ['a pause with an end', { status: 'PAUSED', paused_until: seconds(7) }, {}, ['resume@7']],
  ['one operator to wait for', { status: 'HELP', reserved_until: seconds(9) }, {}, ['endReservation@9']],
  ['steps in help', { status: 'HELP', help_since: started }, { steps }, ['forOperator:0@10', 'forOperator:1@20']],
  [
    'one of them said',
    { status: 'HELP', help_since: started, steps_said: '["forOperator:0"]' },
    { steps },
    ['forOperator:1@20'],
  ],
  ['a step for an answer', { waiting_since: started }, { steps }, ['forAnswer:0@15']],
  [
    'counted from the operator who came out of help',
    { waiting_since: started, operator_assigned_at: seconds(100) },
    { steps },
    ['forAnswer:0@115'],
  ],
  ['nobody waits for an answer', {}, { steps }, []],
  ['a step on hold', { status: 'PAUSED', paused_at: seconds(50) }, { steps }, ['onHold:0@55']],
  [
    'the bot has it',
    { status: 'BOT', waiting_since: started, help_since: started },
    { steps, allowableIdle: 1000 },
    [],
  ],
])('before it closes: %s', (_, change, rules, dues) => {
  expect(beforeClosing(session(change), rules)).toEqual(dues);
});

test('nothing is due of a closed session', () => {
  expect(duesOf(session({ status: 'CLOSED' }), { ...noRules, steps }, null)).toEqual([]);
});

test.each<[string, Partial<Timed>, number | null]>([
  ['the first answer', { waiting_since: started }, 60],
  ['a further answer', { waiting_since: started, last_operator_message_at: started - 1 }, 30],
  ['a deadline that runs is kept', { waiting_since: started, answer_due_at: seconds(5) }, 5],
  ['in help', { status: 'HELP', waiting_since: started }, 60],
  ['nobody waits', {}, null],
  ['the bot has it', { status: 'BOT', waiting_since: started }, null],
  ['paused', { status: 'PAUSED', waiting_since: started, answer_due_at: seconds(5) }, null],
  ['no service level', { waiting_since: started, timer_first_answer: null }, null],
])('by when: %s', (_, change, due) => {
  expect(answerDueAt(session(change), noRules, started)).toBe(due === null ? null : seconds(due));
});
