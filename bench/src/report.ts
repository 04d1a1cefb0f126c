import { writeFileSync } from 'node:fs';

export interface Target {
  atLeast?: number;
  atMost?: number;
}
export interface Line {
  name: string;
  figure: number;
  unit: string;
  target?: Target;
  ok?: boolean;
}

const rounded = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value
    .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replaceAll(',', ' ');
};

/** What was measured, printed as it comes. */
export class Report {
  readonly lines: Line[] = [];
  readonly notes: string[] = [];

  head(text: string): void {
    console.log(`\n${text}`);
  }

  /** A figure with its target, or without one: then it is there to read the others by. */
  line(name: string, figure: number, unit: string, target?: Target): void {
    const ok = target && figure >= (target.atLeast ?? -Infinity) && figure <= (target.atMost ?? Infinity);
    this.lines.push({ name, figure, unit, target, ok });
    const bound = target?.atLeast === undefined ? target?.atMost : target.atLeast;
    const sign = target?.atLeast === undefined ? '≤' : '≥';
    const wanted = bound === undefined ? '' : `${sign} ${rounded(bound)} ${unit}`.trimEnd();
    const verdict = ok === undefined ? '' : ok ? 'ok' : 'miss';
    console.log(
      `  ${name.padEnd(52)} ${`${rounded(figure)} ${unit}`.padEnd(18)}${wanted.padEnd(18)}${verdict}`.trimEnd(),
    );
  }

  note(text: string): void {
    this.notes.push(text);
    console.log(`  ${text}`);
  }

  get missed(): number {
    return this.lines.filter(({ ok }) => ok === false).length;
  }

  write(file: string, about: object): void {
    writeFileSync(file, `${JSON.stringify({ ...about, lines: this.lines, notes: this.notes }, null, 2)}\n`);
  }
}
