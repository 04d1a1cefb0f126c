import type { Script, ScriptStep } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { mistakesIn } from './check-script.ts';

const bye: ScriptStep = { say: 'Bye', close: true };
const withStart = (start: ScriptStep, more: Record<string, ScriptStep> = {}): Script => ({
  start: 'start',
  steps: { start, ...more },
});
const button = (goTo: string, text = 'A') => ({ text, goTo });

test.each<[string, Script, [string, string][]]>([
  ['nothing', withStart({ say: 'Hi', buttons: [button('bye')] }, { bye }), []],
  ['only people', withStart({ handOver: {} }), []],
  ['a start that is no step', { start: 'x', steps: { bye } }, [['/script/start', 'names no step; there are bye']]],
  [
    'ways to nowhere',
    withStart(
      {
        say: 'Hi',
        buttons: [button('bye'), button('by', 'B')],
        keywords: [{ words: ['x'], goTo: 'toString' }],
        otherwise: 'y',
      },
      { bye },
    ),
    [
      ['/script/steps/start/buttons/1/goTo', 'names no step; there are start, bye'],
      ['/script/steps/start/keywords/0/goTo', 'names no step; there are start, bye'],
      ['/script/steps/start/otherwise', 'names no step; there are start, bye'],
    ],
  ],
  [
    'a dead end',
    withStart({ say: 'Hi' }),
    [['/script/steps/start', 'goes nowhere: give it buttons, keywords, ask, goTo, handOver or close']],
  ],
  [
    'a dead end that says it does not close',
    withStart({ say: 'Hi', close: false }),
    [['/script/steps/start', expect.stringMatching(/^goes nowhere/)]],
  ],
  [
    'an island, named as JSON pointers are',
    withStart(bye, { 'a/b~c': { say: 'Hi', handOver: {} } }),
    [['/script/steps/a~1b~0c', 'is never reached: no step leads here from the start']],
  ],
  [
    'a circle',
    withStart({ say: 'Hi', goTo: 'a' }, { a: { say: 'A', goTo: 'b' }, b: { goTo: 'a' } }),
    [['/script/steps/a/goTo', 'goes round for ever: a → b → a. One must stop for the client']],
  ],
  [
    'a step that leads to itself',
    withStart({ goTo: 'start' }),
    [['/script/steps/start/goTo', 'goes round for ever: start → start. One must stop for the client']],
  ],
  [
    'no circle: it stops in between',
    withStart({ say: 'Hi', goTo: 'a' }, { a: { say: 'A', ask: 'name', goTo: 'start' } }),
    [],
  ],
  [
    'close and hand over',
    withStart({ close: true, handOver: {} }),
    [['/script/steps/start/close', expect.stringMatching(/^contradicts handOver/)]],
  ],
  [
    'a group and an operator',
    withStart({ handOver: { groupId: 1, operatorId: 2 } }),
    [['/script/steps/start/handOver', 'must name a group or an operator, not both']],
  ],
  [
    'more after the end',
    withStart({ say: 'Hi', close: true, buttons: [button('start')], goTo: 'start' }),
    [
      ['/script/steps/start/buttons', 'is never reached: the step hands over or closes'],
      ['/script/steps/start/goTo', 'is never reached: the step hands over or closes'],
    ],
  ],
  [
    'a menu and a question without words',
    withStart({ buttons: [button('ask')] }, { ask: { ask: 'name' } }),
    [
      ['/script/steps/start/say', 'is required: buttons hang on words'],
      ['/script/steps/ask/say', 'is required: nobody knows what is asked'],
      ['/script/steps/ask/goTo', 'is required beside ask: it says where the answer leads'],
    ],
  ],
  [
    'goTo beside a menu',
    withStart({ say: 'Hi', buttons: [button('bye')], goTo: 'bye' }, { bye }),
    [['/script/steps/start/goTo', expect.stringMatching(/^contradicts buttons/)]],
  ],
  [
    'keywords beside a question',
    withStart({ say: 'Hi', ask: 'name', goTo: 'bye', keywords: [{ words: ['x'], goTo: 'bye' }] }, { bye }),
    [['/script/steps/start/keywords', 'contradicts ask: the message is the answer']],
  ],
  [
    'otherwise where nobody is heard',
    withStart({ say: 'Hi', goTo: 'bye', otherwise: 'bye' }, { bye }),
    [['/script/steps/start/otherwise', 'is never reached: the step does not stop for the client']],
  ],
  [
    'doubles and nothing at all',
    withStart(
      {
        say: '  ',
        buttons: [button('bye'), button('bye', ' a '), button('bye', ' ')],
        keywords: [
          { words: ['x', 'X'], goTo: 'bye' },
          { words: [' '], goTo: 'bye' },
        ],
      },
      { bye },
    ),
    [
      ['/script/steps/start/say', 'must not be only spaces'],
      ['/script/steps/start/buttons/1/text', 'is the text of an earlier button'],
      ['/script/steps/start/buttons/2/text', 'must not be only spaces'],
      ['/script/steps/start/keywords/0/words/1', 'is understood by an earlier word'],
      ['/script/steps/start/keywords/1/words/0', 'must not be only spaces'],
    ],
  ],
])('%s', (_, script, mistakes) => {
  expect(mistakesIn(script).map(({ path, message }) => [path, message])).toEqual(mistakes);
});
