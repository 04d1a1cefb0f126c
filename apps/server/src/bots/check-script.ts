import type { Script, ScriptStep } from '@switchboard/protocol';
import type { FieldError } from '../errors.ts';
import { waits } from './script.ts';
import { sameWords } from './understand.ts';

/** Everything that is wrong with a script's meaning; its form the schema has seen to. */
export function mistakesIn(script: Script): FieldError[] {
  const names = Object.keys(script.steps);
  const has = (name: string) => Object.hasOwn(script.steps, name);
  const known = (path: string, name: string): FieldError[] =>
    has(name) ? [] : [{ path, message: `names no step; there are ${names.join(', ')}` }];

  const mistakes = known('/script/start', script.start);
  for (const [name, step] of Object.entries(script.steps)) {
    const path = pathOf(name);
    for (const { path: within, goTo } of waysOf(step)) mistakes.push(...known(path + within, goTo));
    for (const [within, message] of contradictionsIn(step)) mistakes.push({ path: path + within, message });
  }
  return [...mistakes, ...circlesIn(script), ...(has(script.start) ? unreachedIn(script) : [])];
}

/** A step's place in the request, as RFC 6901 writes it. */
export const pathOf = (name: string): string => `/script/steps/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function waysOf({ buttons = [], keywords = [], goTo, otherwise }: ScriptStep): { path: string; goTo: string }[] {
  return [
    ...buttons.map((button, index) => ({ path: `/buttons/${index}/goTo`, goTo: button.goTo })),
    ...keywords.map((keyword, index) => ({ path: `/keywords/${index}/goTo`, goTo: keyword.goTo })),
    ...(goTo === undefined ? [] : [{ path: '/goTo', goTo }]),
    ...(otherwise === undefined ? [] : [{ path: '/otherwise', goTo: otherwise }]),
  ];
}

type Mistake = [path: string, message: string];

function contradictionsIn(step: ScriptStep): Mistake[] {
  const { say, buttons = [], keywords = [], ask, goTo, otherwise, handOver } = step;
  const ends = step.close === true || handOver !== undefined;
  const mistakes: Mistake[] = [];
  const unless = (fine: boolean, path: string, message: string) => void (fine || mistakes.push([path, message]));

  unless(say === undefined || say.trim() !== '', '/say', 'must not be only spaces');
  unless(say !== undefined || buttons.length === 0, '/say', 'is required: buttons hang on words');
  unless(say !== undefined || ask === undefined, '/say', 'is required: nobody knows what is asked');
  unless(
    step.close !== true || handOver === undefined,
    '/close',
    'contradicts handOver: a closed session goes to nobody',
  );
  unless(
    handOver?.groupId === undefined || handOver.operatorId === undefined,
    '/handOver',
    'must name a group or an operator, not both',
  );
  unless(ends || waits(step) || goTo !== undefined, '', goesNowhere);
  if (ends) {
    const after = [
      buttons.length && 'buttons',
      keywords.length && 'keywords',
      ask && 'ask',
      goTo && 'goTo',
      otherwise && 'otherwise',
    ];
    for (const part of after) if (part) mistakes.push([`/${part}`, 'is never reached: the step hands over or closes']);
    return mistakes;
  }
  unless(ask === undefined || goTo !== undefined, '/goTo', 'is required beside ask: it says where the answer leads');
  unless(ask === undefined || keywords.length === 0, '/keywords', 'contradicts ask: the message is the answer');
  unless(
    goTo === undefined || ask !== undefined || !waits(step),
    '/goTo',
    'contradicts buttons and keywords: the step stops for the client. Use otherwise',
  );
  unless(
    otherwise === undefined || waits(step),
    '/otherwise',
    'is never reached: the step does not stop for the client',
  );
  return [...mistakes, ...doublesIn(step)];
}

const goesNowhere = 'goes nowhere: give it buttons, keywords, ask, goTo, handOver or close';

function doublesIn({ buttons = [], keywords = [] }: ScriptStep): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [index, { text }] of buttons.entries()) {
    if (text.trim() === '') mistakes.push([`/buttons/${index}/text`, 'must not be only spaces']);
    else if (buttons.slice(0, index).some((earlier) => sameWords(earlier.text, text))) {
      mistakes.push([`/buttons/${index}/text`, 'is the text of an earlier button']);
    }
  }
  const words = keywords.flatMap((keyword, index) =>
    keyword.words.map((word, place) => ({ word, path: `/keywords/${index}/words/${place}` })),
  );
  for (const [index, { word, path }] of words.entries()) {
    if (word.trim() === '') mistakes.push([path, 'must not be only spaces']);
    else if (words.slice(0, index).some((earlier) => sameWords(earlier.word, word))) {
      mistakes.push([path, 'is understood by an earlier word']);
    }
  }
  return mistakes;
}

/** Where a step goes on at once. */
const onward = (script: Script, name: string): string | undefined => {
  const step = Object.hasOwn(script.steps, name) ? script.steps[name] : undefined;
  return step && !waits(step) && !step.close && !step.handOver ? step.goTo : undefined;
};

/** Steps that lead into each other and never stop for the client: each circle is told once. */
function circlesIn(script: Script): FieldError[] {
  const mistakes: FieldError[] = [];
  const done = new Set<string>();
  for (const name of Object.keys(script.steps)) {
    const way: string[] = [];
    let at: string | undefined = name;
    while (at !== undefined && !done.has(at) && !way.includes(at)) {
      way.push(at);
      at = onward(script, at);
    }
    if (at !== undefined && way.includes(at)) {
      const circle = [...way.slice(way.indexOf(at)), at].join(' → ');
      mistakes.push({
        path: `${pathOf(at)}/goTo`,
        message: `goes round for ever: ${circle}. One must stop for the client`,
      });
    }
    for (const one of way) done.add(one);
  }
  return mistakes;
}

function unreachedIn(script: Script): FieldError[] {
  const reached = new Set([script.start]);
  for (const name of reached) {
    const step = Object.hasOwn(script.steps, name) ? script.steps[name] : undefined;
    for (const { goTo } of step ? waysOf(step) : []) reached.add(goTo);
  }
  return Object.keys(script.steps)
    .filter((name) => !reached.has(name))
    .map((name) => ({ path: pathOf(name), message: 'is never reached: no step leads here from the start' }));
}
