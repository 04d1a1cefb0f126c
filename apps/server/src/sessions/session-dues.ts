import type { Hours, WaitingStep, WaitingSteps } from '@switchboard/protocol';
import { addBusinessTime } from '../channels/business-hours.ts';
import type { SessionRow } from './session.store.ts';
import { isClosed } from './session.ts';

/** What a channel says about time. */
export interface ClockRules {
  /** Milliseconds; 0 = off. */
  allowableIdle: number;
  steps: WaitingSteps;
  hours: Hours | null;
}

/** What the clock looks at. */
export type Timed = Pick<
  SessionRow,
  | 'status'
  | 'started_at'
  | 'ttl'
  | 'timer_first_answer'
  | 'timer_next_answers'
  | 'answer_due_at'
  | 'answer_late'
  | 'idle_from'
  | 'help_since'
  | 'waiting_since'
  | 'operator_assigned_at'
  | 'last_operator_message_at'
  | 'paused_at'
  | 'paused_until'
  | 'silent_from'
  | 'reserved_until'
  | 'steps_said'
>;

export type Due = { at: number } & (
  | { does: 'close' }
  | { does: 'resume' }
  | { does: 'endReservation' }
  | { does: 'markLate' }
  | { does: 'moveIdle' }
  | { does: 'say'; name: string; step: WaitingStep }
);

/** All that time will do to an open session, the next first. */
export function duesOf(session: Timed, rules: ClockRules, lastClientMessageAt: number | null): Due[] {
  if (isClosed(session)) return [];
  const { status, paused_until, answer_due_at, idle_from, reserved_until } = session;
  const spokeAt = Math.max(
    session.started_at,
    lastClientMessageAt ?? 0,
    session.silent_from ?? 0,
    status === 'PAUSED' ? (paused_until ?? 0) : 0,
  );
  const dues: Due[] = [{ does: 'close', at: spokeAt + session.ttl * 1000 }, ...stepsOf(session, rules.steps)];
  if (status === 'PAUSED' && paused_until !== null) dues.push({ does: 'resume', at: paused_until });
  if (status === 'HELP' && reserved_until !== null) dues.push({ does: 'endReservation', at: reserved_until });
  if (owesAnswer(session) && answer_due_at !== null && session.answer_late === 0) {
    dues.push({ does: 'markLate', at: answer_due_at });
  }
  if (status === 'ACTIVE' && idle_from !== null && rules.allowableIdle > 0) {
    dues.push({ does: 'moveIdle', at: idle_from + rules.allowableIdle });
  }
  return dues.sort((one, other) => one.at - other.at);
}

/** By when the client who waits shall have an answer; null: no clock runs. A deadline that runs is kept. */
export function answerDueAt(session: Timed, { hours }: ClockRules, at: number): number | null {
  const seconds = session.last_operator_message_at === null ? session.timer_first_answer : session.timer_next_answers;
  if (!owesAnswer(session) || seconds === null) return null;
  return session.answer_due_at ?? addBusinessTime(at, seconds * 1000, hours);
}

/** People have it and the client waits; a bot answers at once, and who pauses has said so. */
const owesAnswer = ({ status, waiting_since }: Timed): boolean =>
  (status === 'HELP' || status === 'ACTIVE') && waiting_since !== null;

function stepsOf(session: Timed, steps: WaitingSteps): Due[] {
  const [kind, since] = waiting(session);
  if (kind === null || since === null) return [];
  const said = JSON.parse(session.steps_said) as string[];
  return (steps[kind] ?? []).flatMap((step, index): Due[] => {
    const name = `${kind}:${index}`;
    return said.includes(name) ? [] : [{ does: 'say', name, step, at: since + step.afterSeconds * 1000 }];
  });
}

/** For what the client waits, and since when. */
function waiting(session: Timed): [kind: keyof WaitingSteps | null, since: number | null] {
  if (session.status === 'HELP') return ['forOperator', session.help_since];
  if (session.status === 'PAUSED') return ['onHold', session.paused_at];
  if (session.status !== 'ACTIVE' || session.waiting_since === null) return [null, null];
  // Who came out of help has an operator to wait for from then on.
  return ['forAnswer', Math.max(session.waiting_since, session.operator_assigned_at ?? 0)];
}
