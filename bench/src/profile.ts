import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from './report.ts';
import { root } from './server-process.ts';

interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
}
interface Profile {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

const shown = 40;

export const profileOptions = (folder: string, name: string): string[] => [
  '--cpu-prof',
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-name=${name}.cpuprofile`,
];

/** Where the server's busy time went: by function, and by file or package. */
export function printProfile(report: Report, folder: string, name: string): void {
  const file = readdirSync(folder).find((entry) => entry === `${name}.cpuprofile`);
  if (!file) {
    report.note(`no profile was written to ${folder}`);
    return;
  }
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
  const self = new Map<number, number>();
  profile.samples.forEach((id, index) => {
    self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of profile.nodes) {
    const time = self.get(id) ?? 0;
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(root)') continue;
    busy += time;
    const place = placeOf(callFrame.url);
    add(byFunction, `${callFrame.functionName || '(anonymous)'}  ${place}:${callFrame.lineNumber + 1}`, time);
    add(byPlace, place.startsWith('node_modules/') ? packageOf(place) : place || callFrame.functionName, time);
  }
  report.note(`self time of ${(busy / 1e6).toFixed(1)} s busy, from ${join(folder, file)}`);
  printTop(byPlace, busy);
  printTop(byFunction, busy);
}

const add = (sums: Map<string, number>, key: string, time: number) => sums.set(key, (sums.get(key) ?? 0) + time);

function placeOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url);
  const inModules = path.indexOf('node_modules/');
  return inModules < 0 ? relative(root, path) : path.slice(inModules);
}

const packageOf = (path: string): string =>
  /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)/.exec(path)?.[1] ?? path;

function printTop(sums: Map<string, number>, whole: number): void {
  const top = [...sums].sort(([, one], [, other]) => other - one).slice(0, shown);
  for (const [key, time] of top) console.log(`    ${((100 * time) / whole).toFixed(1).padStart(5)} %  ${key}`);
  console.log('');
}
