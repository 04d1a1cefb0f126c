import type { App } from '../parts.ts';
import {
  findDoubled,
  findForgotten,
  findMiscounted,
  findOverloaded,
  findUncontrolled,
  findUntimed,
} from './invariants.store.ts';

/** What is never so while routing is right. An administrator who lowers a limit is the one exception, to `capacity`. */
const rules = {
  controller: findUncontrolled,
  places: findMiscounted,
  capacity: findOverloaded,
  help: (db, limit, now) => findForgotten(db, now - reservationOverMs, limit),
  double: findDoubled,
  timer: findUntimed,
} as const satisfies Record<string, Find>;

type Find = (db: App['read'], limit: number, now: number) => Promise<{ id: string | number }[]>;
export type Rule = keyof typeof rules;
export interface Violation {
  rule: Rule;
  /** Of sessions or operators; the first of them. */
  ids: (string | number)[];
}

const mostNamed = 20;
// A reservation ends with the clock's next look, and a restart may come between.
const reservationOverMs = 60_000;

const ruleNames = Object.keys(rules) as Rule[];

/** Empty when all is well. Looks at open sessions only, from outside of any transaction. */
export async function checkInvariants(app: Pick<App, 'read' | 'clock'>): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const rule of ruleNames) {
    const rows = await rules[rule](app.read, mostNamed, app.clock.now());
    if (rows.length > 0) found.push({ rule, ids: rows.map(({ id }) => id) });
  }
  return found;
}

export interface InvariantWatch {
  /** Called every minute: says in the log what is broken. */
  look(): Promise<void>;
  /** By rule, of the last look; nothing before the first. */
  counts(): Partial<Record<Rule, number>>;
}

export function watchInvariants(app: Pick<App, 'read' | 'clock' | 'log'>): InvariantWatch {
  let counts: Partial<Record<Rule, number>> = {};
  return {
    async look() {
      try {
        const violations = await checkInvariants(app);
        for (const { rule, ids } of violations) app.log.error({ rule, ids }, 'invariant.violated');
        counts = Object.fromEntries(
          ruleNames.map((rule) => [rule, violations.find((one) => one.rule === rule)?.ids.length ?? 0]),
        );
      } catch (err) {
        app.log.error({ err }, 'invariants.failed');
      }
    },
    counts: () => counts,
  };
}
