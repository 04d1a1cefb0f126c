import type { Script, ScriptStep } from '@switchboard/protocol';
import { answerTo, hasOneOf, sameWords } from './understand.ts';

/** Where a script stands between two messages of the client. */
export interface ScriptState {
  step: string;
  /** Messages in a row that nothing understood. */
  misses: number;
}

export interface Said {
  body: string;
  buttons: string[];
}
/** What the script makes of a message. */
export interface Turn {
  says: Said[];
  learns: { field: NonNullable<ScriptStep['ask']>; value: string } | null;
  next: Waiting | Leaving | { closes: true };
}
interface Waiting {
  waits: ScriptState;
}
export interface Leaving {
  handsOver: NonNullable<ScriptStep['handOver']>;
  /** Its last words say that people come. */
  announced: boolean;
  /** Should it have to stay: where it waited for the message, and what it says there. */
  back: (Waiting & { says: Said[] }) | null;
}

/** The bot takes a session over. First words that a keyword of the start understands need not be written twice. */
export function begin(script: Script, firstWords: string | null): Turn {
  const greeting = enter(script, script.start, null, 0);
  if (firstWords === null || !('waits' in greeting.next)) return greeting;
  const from = greeting.next.waits.step;
  const goTo = understood(stepOf(script, from), firstWords);
  if (goTo === null) return greeting;
  const answer = enter(script, goTo, from, 0);
  // The menu is answered before it was seen.
  return { ...answer, says: [...greeting.says.map(({ body }) => ({ body, buttons: [] })), ...answer.says] };
}

/** The client has written. A step that the script does not have any more: it begins anew. */
export function hear(script: Script, state: ScriptState | null, text: string): Turn {
  if (state === null || !Object.hasOwn(script.steps, state.step)) return begin(script, text);
  const from = state.step;
  const step = stepOf(script, from);
  const goTo = understood(step, text);
  if (goTo !== null) return enter(script, goTo, from, 0);
  if (step.ask !== undefined && step.goTo !== undefined) {
    const value = answerTo(step.ask, text);
    if (value !== null) return { ...enter(script, step.goTo, from, 0), learns: { field: step.ask, value } };
  }
  const misses = state.misses + 1;
  if (misses < (script.tries ?? defaultTries)) return enter(script, step.otherwise ?? from, from, misses);
  return { says: [], learns: null, next: { handsOver: {}, announced: false, back: backTo(script, from) } };
}

const defaultTries = 2;

/** Goes from step to step until one stops for the client or ends. */
function enter(script: Script, name: string, from: string | null, misses: number): Turn {
  const says: Said[] = [];
  const seen = new Set<string>();
  for (let at = name; ; ) {
    const step = stepOf(script, at);
    says.push(...wordsOf(step));
    if (step.close) return { says, learns: null, next: { closes: true } };
    if (step.handOver) {
      const announced = step.say !== undefined;
      return { says, learns: null, next: { handsOver: step.handOver, announced, back: backTo(script, from) } };
    }
    if (waits(step) || step.goTo === undefined) return { says, learns: null, next: { waits: { step: at, misses } } };
    if (seen.has(at)) throw new Error(`the step ${at} comes back to itself without stopping for the client`);
    seen.add(at);
    at = step.goTo;
  }
}

const backTo = (script: Script, from: string | null): Leaving['back'] =>
  from === null ? null : { says: wordsOf(stepOf(script, from)), waits: { step: from, misses: 0 } };

const wordsOf = ({ say, buttons = [] }: ScriptStep): Said[] =>
  say === undefined ? [] : [{ body: say, buttons: buttons.map(({ text }) => text) }];

export const waits = ({ buttons, keywords, ask }: ScriptStep): boolean =>
  ask !== undefined || (buttons ?? []).length > 0 || (keywords ?? []).length > 0;

function understood(step: ScriptStep, text: string): string | null {
  const pressed = step.buttons?.find((button) => sameWords(button.text, text));
  const heard = pressed ?? step.keywords?.find(({ words }) => hasOneOf(text, words));
  return heard?.goTo ?? null;
}

function stepOf(script: Script, name: string): ScriptStep {
  // `constructor` is no step, though every object has one.
  const step = Object.hasOwn(script.steps, name) ? script.steps[name] : undefined;
  if (!step) throw new Error(`the script has no step ${name}`);
  return step;
}
