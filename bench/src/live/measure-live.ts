import type { Report } from '../report.ts';
import { tempFolder } from '../temp-folder.ts';
import { startCentrifugo } from './centrifugo.ts';
import { startEngine, startFloor, writeHellos } from './contenders.ts';
import { compileFloor, type FloorPrograms } from './floor-programs.ts';
import { measureFanOut, measureFeeds, measureHold } from './measure-deliveries.ts';
import { measureSessions } from './measure-sessions.ts';

const few = 1000;
const many = 5000;

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
  for (const subscribers of [few, many]) {
    const hellos = writeHellos(folder, subscribers);
    const floor = await startFloor(programs, hellos);
    const engine = await startEngine(programs, hellos);
    const { CENTRIFUGO_BIN: program } = process.env;
    const about = { programs, folder, hellos, count: subscribers };
    const centrifugo = program ? await startCentrifugo(report, program, about) : undefined;
    centrifugoKb = centrifugo?.memoryPerConnectionKb;
    const contenders = { floor, engine, centrifugo };
    await measureFanOut(report, contenders, subscribers);
    if (subscribers === many) {
      await measureFeeds(report, contenders);
      await measureHold(report, engine, subscribers);
    }
    await Promise.all([floor.stop(), engine.stop(), centrifugo?.stop()]);
  }
  await Promise.all([programs.remove(), folder.remove()]);
  return centrifugoKb;
}
