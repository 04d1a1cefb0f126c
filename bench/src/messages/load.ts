import { paths } from '@switchboard/protocol';
import { serveHelper } from '../helper-process.ts';
import { HttpConnection, headOf, requestText } from '../http-connection.ts';
import { latenciesOf } from '../percentiles.ts';
import {
  type Answer,
  begun,
  type Command,
  type Measured,
  over,
  type Prepare,
  type Prepared,
  type Run,
} from './load-protocol.ts';
import { bodyOf, MessageLog } from './message-log.ts';
import { connectOperators } from './operator-sockets.ts';
import { allOnline, makeClients, makeOperators } from './people.ts';

const longestWaitMs = 10_000;
const longestOpeningMs = 60_000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Sender {
  connection: HttpConnection;
  /** Heads of the requests of its clients, who take turns. */
  heads: string[];
  turn: number;
}

const log = new MessageLog();
const senders: Sender[] = [];
const idle: Sender[] = [];
/** When messages should have gone for which no connection was free. */
const late: number[] = [];
let inFlight = 0;
let closedLoop = false;
let refused = 0;
let firstRefusal = '';

serveHelper<Command, Answer>(async (command, tell) => {
  if (command.do === 'run') return run(command, tell);
  return prepare(command);
});

/** Clients who have written once each, so that every one has a session with an operator. */
async function prepare({ port, clients, operators, connections }: Prepare): Promise<Prepared> {
  const first = await HttpConnection.open(port);
  const tokens = await makeOperators(first, operators);
  await connectOperators(port, tokens, (line, at) => log.hear(line, at));
  await allOnline(first, tokens[0] ?? '', operators);
  first.close();
  const made = await makeClients(port, clients, 8);
  const heads = made.map(({ token }) => headOf(...paths.widgetSend, token));
  for (let index = 0; index < connections; index++) {
    const own = heads.filter((_, at) => at % connections === index);
    senders.push({ connection: await HttpConnection.open(port), heads: own, turn: 0 });
  }
  idle.push(...senders);
  const started = performance.now();
  for (const sender of senders) for (const _ of sender.heads) late.push(performance.now());
  while (idle.length > 0 && late.length > 0) sendLate();
  await settled(longestOpeningMs);
  const { acknowledged, missing } = log.verify(0);
  if (refused > 0) throw new Error(`first messages were refused: ${firstRefusal}`);
  if (missing > 0) throw new Error(`${missing} of ${clients} first messages reached no operator`);
  if (acknowledged < clients)
    throw new Error(`only ${acknowledged} of ${clients} first messages were answered in time`);
  return { openedPerSecond: clients / ((log.lastAcknowledged - started) / 1000) };
}

function send(sender: Sender, at: number): void {
  const number = log.begin(at);
  const head = sender.heads[sender.turn++ % sender.heads.length] ?? '';
  inFlight++;
  sender.connection.send(
    requestText(head, `{"body":"${bodyOf(number)}","localId":"local-${number}"}`),
    (status, body) => {
      inFlight--;
      if (status === 201) log.acknowledge(number);
      else if (refused++ === 0) firstRefusal = `${status} ${body.toString()}`;
      if (closedLoop) return send(sender, performance.now());
      idle.push(sender);
      if (late.length > 0) sendLate();
    },
  );
}

function sendLate(): void {
  const [sender] = idle;
  const [at] = late;
  if (sender === undefined || at === undefined) return;
  idle.shift();
  late.shift();
  send(sender, at);
}

async function run({ warmSeconds, seconds, rate }: Run, tell: (news: string) => void): Promise<Measured> {
  const first = log.next;
  refused = 0;
  const stop = rate === undefined ? startClosedLoop() : startOpenLoop(rate);
  await wait(warmSeconds * 1000);
  tell(begun);
  const from = performance.now();
  await wait(seconds * 1000);
  const to = performance.now();
  tell(over);
  stop();
  await settled();
  const { delivery, acknowledgement, delivered } = log.timesBetween(from, to);
  return {
    perSecond: delivered / ((to - from) / 1000),
    seconds: (to - from) / 1000,
    delivered,
    delivery: latenciesOf(delivery),
    acknowledgement: latenciesOf(acknowledgement),
    ...log.verify(first),
    refused,
    firstRefusal,
  };
}

function startClosedLoop(): () => void {
  closedLoop = true;
  for (const sender of idle.splice(0)) send(sender, performance.now());
  return () => (closedLoop = false);
}

function startOpenLoop(rate: number): () => void {
  const gapMs = 1000 / rate;
  let due = performance.now();
  const timer = setInterval(() => {
    for (const now = performance.now(); due <= now; due += gapMs) {
      late.push(due);
      sendLate();
    }
  }, 1);
  return () => clearInterval(timer);
}

/** Everything sent is answered, and what was acknowledged has arrived or had time to. */
async function settled(longestMs = longestWaitMs): Promise<void> {
  const deadline = performance.now() + longestMs;
  while ((inFlight > 0 || late.length > 0 || log.verify(0).missing > 0) && performance.now() < deadline) await wait(20);
  // Whatever comes twice comes soon.
  await wait(100);
}
