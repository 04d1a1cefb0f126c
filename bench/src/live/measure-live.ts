import type { Report } from '../report.ts';
import { tempFolder } from '../temp-folder.ts';
import { startCentrifugo } from './centrifugo.ts';
import { startEngine, startFloor, writeHellos } from './contenders.ts';
import { compileFloor, type FloorPrograms } from './floor-programs.ts';
import {
  type Contenders,
  measureBurst,
  measureFeeds,
  measureHold,
  type Rounds,
  runFanOut,
  sayFanOut,
} from './measure-deliveries.ts';
import { measureSessions } from './measure-sessions.ts';

const few = 1000;
const many = 5000;
const starts = 3;

/** packages/centrifuge-server by itself, beside the least that a server in C can do. */
export async function measureLive(report: Report): Promise<void> {
  report.head('live: the engine alone on one core, its history in memory, tokens checked');
  const programs = compileFloor();
  if (programs === undefined) report.note('no C compiler (cc): nothing to compare deliveries with, they are left out.');
  const centrifugoKb = programs && (await measureDeliveries(report, programs));
  await measureSessions(report, centrifugoKb);
}

/** Answers what a connection costs a Centrifugo, if there was one. */
async function measureDeliveries(report: Report, programs: FloorPrograms): Promise<number | undefined> {
  const folder = tempFolder();
  let centrifugoKb: number | undefined;
  for (const count of [few, many]) {
    const about = { programs, folder, hellos: writeHellos(folder, count), count };
    const fanOut: Rounds[] = [];
    for (let start = 1; start < starts; start++) {
      fanOut.push(await withContenders(about, (contenders) => runFanOut(contenders, count)));
    }
    const { CENTRIFUGO_BIN: program } = process.env;
    const centrifugo = program ? await startCentrifugo(report, program, about) : undefined;
    centrifugoKb = centrifugo?.memoryPerConnectionKb;
    await withContenders(about, async ({ floor, engine }) => {
      const contenders = { floor, engine, centrifugo };
      fanOut.push(await runFanOut(contenders, count));
      sayFanOut(report, fanOut, count);
      await measureBurst(report, contenders, count);
      if (count === few) return;
      await measureFeeds(report, contenders);
      await measureHold(report, engine, count);
    });
    await centrifugo?.stop();
  }
  await Promise.all([programs.remove(), folder.remove()]);
  return centrifugoKb;
}

async function withContenders<T>(
  { programs, hellos }: { programs: FloorPrograms; hellos: string },
  run: (contenders: Contenders) => Promise<T>,
): Promise<T> {
  const floor = await startFloor(programs, hellos);
  const engine = await startEngine(programs, hellos);
  const answer = await run({ floor, engine });
  await Promise.all([floor.stop(), engine.stop()]);
  return answer;
}
