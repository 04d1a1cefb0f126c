import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { launch } from '../../../tools/node.mjs';
import { startHelper } from '../helper-process.ts';
import type { TempFolder } from '../temp-folder.ts';
import { type EngineAnswer, type EngineCommand, everybody, type Held, type Ran } from './engine-protocol.ts';
import { tokenOf } from './engine-tokens.ts';
import type { FloorPrograms } from './floor-programs.ts';
import { type LineProcess, startLineProcess } from './line-process.ts';

/** Servers have one core, whatever makes the load the other. */
export const cores = { server: 0, load: Math.min(1, availableParallelism() - 1) };

export type Work = Extract<EngineCommand, { do: 'steady' | 'burst' | 'feeds' }>;

/** What the load saw. */
interface Heard {
  messages: number;
  frames: number;
  closed: number;
  cpu: number;
  p50: number;
  p99: number;
}
export type Round = Ran & { heard: Heard };

/** A server with its crowd at it. */
export interface Contender {
  run(work: Work): Promise<Round>;
  stop(): Promise<void>;
}

export interface Engine extends Contender {
  hold(count: number): Promise<Held>;
}

const together = '100';
const lookMs = 100;
const longestLooks = 50;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function startFloor(programs: FloorPrograms, hellos: string): Promise<Contender> {
  const server = startLineProcess(cores.server, programs.floor);
  const { port } = await server.ask<{ port: number }>();
  const load = await startLoad(programs, port, hellos);
  return {
    run: (work) => heardOf(load, work, () => server.ask<Ran>(lineOf(work))),
    stop: async () => void (await Promise.all([load.stop(), server.stop()])),
  };
}

export async function startEngine(programs: FloorPrograms, hellos: string): Promise<Engine> {
  const server = startHelper<EngineCommand, EngineAnswer>(
    new URL('./engine.ts', import.meta.url),
    launch.flags,
    cores.server,
  );
  const load = await startLoad(programs, await portOf(server), hellos);
  return {
    run: (work) => heardOf(load, work, async () => ranOf(await server.ask(work))),
    async hold(count) {
      const held = await server.ask({ do: 'hold', count });
      if (held === null || !('clock' in held)) throw new Error('the engine told nothing');
      return held;
    },
    stop: async () => void (await Promise.all([load.stop(), server.stop()])),
  };
}

export async function portOf(server: { ask(command: EngineCommand): Promise<EngineAnswer> }): Promise<number> {
  const answer = await server.ask({ do: 'listen' });
  if (answer === null || !('port' in answer)) throw new Error('the engine did not start');
  return answer.port;
}

/** What the connections of a load say: all follow the channel of everybody, and each a feed of its own. */
export function writeHellos(folder: TempFolder, count: number): string {
  const file = join(folder.path, `hellos-${count}`);
  const hello = (_: unknown, number: number) =>
    `${JSON.stringify({ id: 1, connect: { token: tokenOf(number, [everybody]) } })}\n`;
  writeFileSync(file, Array.from({ length: count }, hello).join(''));
  return file;
}

export async function startLoad({ load }: FloorPrograms, port: number, hellos: string): Promise<LineProcess> {
  const crowd = startLineProcess(cores.load, load, [String(port), '/connection/websocket', hellos, together]);
  await crowd.ask();
  return crowd;
}

export async function heardOf(
  load: LineProcess,
  work: Work | { unit: number },
  run: () => Promise<Ran>,
): Promise<Round> {
  await load.ask(`begin ${'unit' in work ? work.unit : 0}`);
  const ran = await run();
  // What is on its way when the server has done its part; and longer, to hear what comes twice.
  for (let look = 0; look < longestLooks && (await load.ask<Heard>('heard')).messages < ran.sent; look++)
    await wait(lookMs);
  await wait(lookMs);
  return { ...ran, heard: await load.ask<Heard>('count') };
}

function ranOf(answer: EngineAnswer): Ran {
  if (answer === null || !('counted' in answer)) throw new Error('the engine told nothing');
  return answer;
}

function lineOf(work: Work): string {
  if (work.do === 'steady') return `steady ${work.perSecond} ${work.count}`;
  const { seconds, window, unit } = work;
  return work.do === 'burst'
    ? `burst ${work.joined} ${seconds} ${window} ${unit}`
    : `feeds ${seconds} ${window} ${unit}`;
}
