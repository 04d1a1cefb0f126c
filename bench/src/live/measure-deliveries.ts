import { median } from '../percentiles.ts';
import type { Report } from '../report.ts';
import type { Contender, Engine, Round, Work } from './contenders.ts';

const rounds = 5;
const perMicrosecond = 1e6;
const outstanding = 2000;
const joined = 10;
const holds = 20;
const warmUpSeconds = 3;

const cpuEach = ({ cpu, sent }: Round): number => (cpu / sent) * perMicrosecond;
const rate = ({ counted, seconds }: Round): number => counted / seconds;

export interface Contenders {
  floor: Contender;
  engine: Engine;
  centrifugo?: Contender | undefined;
}

interface Both {
  floor: Round;
  engine: Round;
  centrifugo: Round | undefined;
}

/** In the first of them everybody warms up: they must lose nothing either, but are not measured. */
export interface Rounds {
  warmUp: Both[];
  counted: Both[];
}

/** The same work for all in turn, so that whatever else the machine does befalls all. */
async function inTurn({ floor, engine, centrifugo }: Contenders, work: Work): Promise<Both> {
  return {
    floor: await floor.run(work),
    engine: await engine.run(work),
    centrifugo: await centrifugo?.run(work),
  };
}

async function repeated(contenders: Contenders, work: Work, warmUps = [work]): Promise<Rounds> {
  const done: Rounds = { warmUp: [], counted: [] };
  for (const warmUp of warmUps) done.warmUp.push(await inTurn(contenders, warmUp));
  for (let round = 0; round < rounds; round++) done.counted.push(await inTurn(contenders, work));
  return done;
}

function burstOf(subscribers: number, seconds: number): Work {
  return { do: 'burst', joined, seconds, window: 2 * joined * subscribers, unit: subscribers };
}

/**
 * One channel that all follow: messages one by one, on time. At 20 a second V8 would compile for minutes what each
 * message runs, so a burst comes before what is counted; the round before that burst shows a server just started.
 */
export function runFanOut(contenders: Contenders, subscribers: number): Promise<Rounds> {
  const perSecond = subscribers > 1000 ? 8 : 20;
  const work: Work = { do: 'steady', perSecond, count: perSecond * 2 };
  return repeated(contenders, work, [work, burstOf(subscribers, warmUpSeconds)]);
}

/** Of several starts: which memory a process was given decides as much as what the machine does besides. */
export function sayFanOut(report: Report, starts: Rounds[], subscribers: number): void {
  const warmUp = starts.flatMap((start) => start.warmUp);
  const steady = { warmUp, counted: starts.flatMap(({ counted }) => counted) };
  const name = `live.fanOut${subscribers}`;
  say(report, name, steady, ratioOf(steady, cpuEach), { atMost: 1.25 });
  const compiling = starts.flatMap((start) => start.warmUp.slice(0, 1));
  report.line(`${name}.compiling`, ratioOf({ counted: compiling }, cpuEach), '');
  report.line(`${name}.p99`, median(steady.counted.map(({ engine }) => engine.heard.p99)), 'ms');
}

/** One channel that all follow: messages as fast as they are heard, ten at once. */
export async function measureBurst(report: Report, contenders: Contenders, subscribers: number): Promise<void> {
  const burst = await repeated(contenders, burstOf(subscribers, 1));
  const name = `live.burst${subscribers}`;
  say(report, name, burst, ratioOf(burst, rate), { atLeast: 0.8 });
  report.line(`${name}.cpuOfFloor`, ratioOf(burst, cpuEach), '');
  report.line(`${name}.perSecond`, median(burst.counted.map(({ engine }) => rate(engine))), '/s');
}

/** Everybody has a feed with history of their own; each message is stored and goes to one. */
export async function measureFeeds(report: Report, contenders: Contenders): Promise<void> {
  const feeds = await repeated(contenders, { do: 'feeds', seconds: 1.5, window: outstanding, unit: 100 });
  say(report, 'live.feeds', feeds, ratioOf(feeds, cpuEach), { atMost: 2.5 });
  report.line('live.feeds.p99', median(feeds.counted.map(({ engine }) => engine.heard.p99)), 'ms', { atMost: 50 });
  report.line('live.feeds.floorP99', median(feeds.counted.map(({ floor }) => floor.heard.p99)), 'ms');
  report.line('live.feeds.perSecond', median(feeds.counted.map(({ engine }) => rate(engine))), '/s');
}

/** How long one message to all keeps everything else waiting. */
export async function measureHold(report: Report, engine: Engine, subscribers: number): Promise<void> {
  const { clock, cpu } = await engine.hold(holds);
  report.line(`live.hold${subscribers}`, median(clock), 'ms', { atMost: 10 });
  report.line(`live.hold${subscribers}.longest`, Math.max(...clock), 'ms');
  report.line(`live.hold${subscribers}.longestOwnCpu`, Math.max(...cpu), 'ms');
}

const ratioOf = ({ counted }: Pick<Rounds, 'counted'>, figure: (round: Round) => number): number =>
  median(counted.map(({ floor, engine }) => figure(engine) / figure(floor)));

function say(
  report: Report,
  name: string,
  { warmUp, counted }: Rounds,
  ratio: number,
  target: { atMost: number } | { atLeast: number },
) {
  const of = (figure: (both: Both) => number) => median(counted.map(figure));
  report.line(`${name}.ofFloor`, ratio, '', target);
  report.line(
    `${name}.serverCpu`,
    of(({ engine }) => cpuEach(engine)),
    'µs',
  );
  report.line(
    `${name}.floorCpu`,
    of(({ floor }) => cpuEach(floor)),
    'µs',
  );
  report.line(
    `${name}.messagesPerFrame`,
    of(({ engine: { heard } }) => heard.messages / heard.frames),
    '',
  );
  report.line(
    `${name}.loadCpuOfServers`,
    of(({ engine }) => engine.heard.cpu / engine.cpu),
    '',
  );
  const all = [...warmUp, ...counted];
  const wrong = all
    .flatMap(({ floor, engine }) => [floor, engine])
    .map(({ sent, heard }) => Math.abs(sent - heard.messages));
  sayCentrifugo(report, name, counted);
  const closed = all.reduce((sum, { engine }) => sum + engine.heard.closed, 0);
  report.line(
    `${name}.lostOrDoubled`,
    wrong.reduce((sum, one) => sum + one, closed),
    '',
    { atMost: 0 },
  );
}

/** How it compares with a real Centrifugo that did the same in turn. Above 1 it needs more CPU per delivery. */
function sayCentrifugo(report: Report, name: string, counted: Both[]): void {
  const both = counted.flatMap(({ engine, centrifugo }) => (centrifugo === undefined ? [] : { engine, centrifugo }));
  if (both.length === 0) return;
  const ratio = median(both.map(({ engine, centrifugo }) => cpuEach(engine) / cpuEach(centrifugo)));
  report.line(`${name}.ofCentrifugo`, ratio, '', { atMost: 1 });
  report.line(`${name}.centrifugoCpu`, median(both.map(({ centrifugo }) => cpuEach(centrifugo))), 'µs');
  report.line(`${name}.centrifugoPerSecond`, median(both.map(({ centrifugo }) => rate(centrifugo))), '/s');
  report.line(`${name}.centrifugoP99`, median(both.map(({ centrifugo }) => centrifugo.heard.p99)), 'ms');
  const lost = both.reduce((sum, { centrifugo: { sent, heard } }) => sum + Math.abs(sent - heard.messages), 0);
  report.line(`${name}.centrifugoLostOrDoubled`, lost, '');
}
