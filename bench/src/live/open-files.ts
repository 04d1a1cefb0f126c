import { readFileSync } from 'node:fs';
import type { Report } from '../report.ts';

const wanted = 10_000;
const filesBeside = 500;

/** How many connections one process can hold here: 10 000, if it is allowed to. */
export function connectionsAllowed(): number {
  // Node raises its soft limit to the hard one by itself.
  const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
  return Math.min(wanted, Number(hard ?? wanted + filesBeside) - filesBeside);
}

export function noteLimit(report: Report, count: number): void {
  if (count < wanted) report.note(`the limit on open files allows ${count} connections, not ${wanted}.`);
}
