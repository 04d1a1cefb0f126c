import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ is 100 on every Linux that Node runs on.
const tickMs = 10;

interface Stat {
  parent: number;
  cpuMs: number;
  /** Of children that have ended and were waited for. */
  endedChildrenMs: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so count from its end: field 3 (state) follows.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (number: number) => Number(fields[number - 3]);
    return {
      parent: ticks(4),
      cpuMs: (ticks(14) + ticks(15)) * tickMs,
      endedChildrenMs: (ticks(16) + ticks(17)) * tickMs,
    };
  } catch {
    return undefined;
  }
}

/** User and system time of a process, all threads. */
export const cpuOf = (pid: number): number => statOf(pid)?.cpuMs ?? 0;

/** The same of a process and its direct children, as a PostgreSQL server is built. */
export function cpuOfFamily(pid: number): number {
  const own = statOf(pid);
  let sum = (own?.cpuMs ?? 0) + (own?.endedChildrenMs ?? 0);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat?.parent === pid) sum += stat.cpuMs;
  }
  return sum;
}

/** Resident memory in kilobytes. */
export function rssOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(found?.[1] ?? 0);
}

/** Time that all cores together were at work since the machine started. */
export function cpuOfMachine(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/).map(Number) ?? [];
  return (user + nice + system + irq + softirq) * tickMs;
}
