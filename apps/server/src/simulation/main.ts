import { parseArgs } from 'node:util';
import { type Figures, figuresOf } from './figures.ts';
import { type Pattern, patterns, sessionsOfDay } from './patterns.ts';
import { simulate } from './simulate.ts';

const help = `npm run simulate -- [PATTERN …] [--sessions N] [--seed N]

Days of sessions against the real server under a clock that jumps from event to event. Patterns (all of them without any):
${patterns.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n')}

  --sessions N   sessions a day (${sessionsOfDay}); fewer make a shorter day, and chance then decides how near Erlang-A it comes
  --seed N       other chance (1)
What each line means: bench/README.md`;

interface Target {
  from?: number;
  to?: number;
}

let missed = 0;
let judged = 0;

function line(name: string, figure: number, unit: string, target?: Target): void {
  const ok = !target || (figure >= (target.from ?? -Infinity) && figure <= (target.to ?? Infinity));
  if (target) judged++;
  if (!ok) missed++;
  const bounds = target && [target.from, target.to].filter((bound) => bound !== undefined).map(rounded);
  const wanted =
    bounds &&
    (bounds.length === 2 ? bounds.join(' … ') : target.to === undefined ? `≥ ${bounds[0]}` : `≤ ${bounds[0]}`);
  const verdict = target ? (ok ? 'ok' : 'miss') : '';
  console.log(
    `  ${name.padEnd(40)} ${`${rounded(figure)} ${unit}`.padEnd(18)}${(wanted ?? '').padEnd(18)}${verdict}`.trimEnd(),
  );
}

function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toFixed(digits);
}

const none = { to: 0 };

function print({ name }: Pattern, figures: Figures): void {
  const { predicted, ideal } = figures;
  line(`${name}.sessions`, figures.sessions, '');
  line(`${name}.wait.mean`, figures.meanWaitSeconds, 's');
  line(`${name}.wait.p95`, figures.p95WaitSeconds, 's');
  line(`${name}.wait.longest`, figures.longestWaitSeconds, 's');
  line(`${name}.abandoned`, figures.abandonedShare * 100, '%');
  if (predicted && ideal) {
    // Fewer sessions say little: then chance is larger than the target.
    const near = name === 'steady' && figures.sessions >= sessionsOfDay ? { from: 0.95, to: 1.05 } : undefined;
    line(`${name}.erlangA.wait.mean`, predicted.meanWait / 1000, 's');
    line(`${name}.erlangA.abandoned`, predicted.abandoned * 100, '%');
    line(`${name}.wait.ofErlangA`, (figures.meanWaitSeconds * 1000) / predicted.meanWait, '', near);
    line(`${name}.abandoned.ofErlangA`, figures.abandonedShare / predicted.abandoned, '', near);
    const same = { from: 0.999, to: 1.001 };
    line(`${name}.wait.ofIdealQueue`, figures.meanWaitSeconds / ideal.meanWaitSeconds, '', same);
    line(`${name}.abandoned.ofIdealQueue`, figures.abandonedShare / ideal.abandonedShare, '', same);
  }
  if (figures.waitedAgain > 0) {
    line(`${name}.waitedAgain`, figures.waitedAgain, '');
    line(`${name}.waitedAgain.mean`, figures.meanWaitAgainSeconds, 's');
  }
  line(`${name}.perOperatorHour.mostByLeast`, figures.mostByLeast, '');
  line(`${name}.perOperatorHour.jain`, figures.jain, '');
  line(`${name}.overCapacity`, figures.overCapacity, '', none);
  line(`${name}.starved`, figures.starved, '', none);
  line(`${name}.overtaken`, figures.overtaken, '', none);
  line(`${name}.invariantViolations`, figures.violations, '', none);
  line(`${name}.took`, figures.seconds, 's', figures.sessions <= sessionsOfDay ? { to: 60 } : undefined);
}

function read(args: string[]): { asked: readonly Pattern[]; sessions: number; seed: number } | string {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { sessions: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return help;
  const unknown = positionals.find((word) => !patterns.some(({ name }) => name === word));
  if (unknown !== undefined) return `There is no pattern "${unknown}".\n\n${help}`;
  const [sessions, seed] = [Number(values.sessions ?? sessionsOfDay), Number(values.seed ?? 1)];
  if (!Number.isInteger(sessions) || sessions < 20) return '--sessions must be a whole number of at least 20.';
  if (!Number.isInteger(seed)) return '--seed must be a whole number.';
  const asked = patterns.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { asked, sessions, seed };
}

async function main(args: string[]): Promise<number> {
  const asked = read(args);
  if (typeof asked === 'string') {
    console.log(asked);
    return asked === help ? 0 : 2;
  }
  for (const pattern of asked.asked) {
    console.log(`\n${pattern.name}: ${pattern.about}`);
    let shown = -1;
    const progress = (share: number): void => {
      const percent = Math.floor(share * 100);
      if (percent === shown) return;
      shown = percent;
      process.stderr.write(`\r  ${percent} %\r`);
    };
    const day = await simulate(pattern, { ...asked, progress });
    process.stderr.write('\r        \r');
    print(pattern, figuresOf(day));
    for (const violation of day.violations) console.log(`  broken: ${violation}`);
  }
  console.log(`\n${judged - missed} of ${judged} targets met.`);
  return missed > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
