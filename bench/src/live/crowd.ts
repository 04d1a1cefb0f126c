import { serveHelper } from '../helper-process.ts';
import { makeClients } from '../messages/people.ts';
import { latenciesOf } from '../percentiles.ts';
import type { Connected, CrowdAnswer, CrowdCommand, Person } from './crowd-protocol.ts';
import { type Listener, LiveSocket } from './live-socket.ts';

interface Position {
  epoch: string;
  offset: number;
}
interface Subscribed extends Position {
  recovered?: boolean;
  publications?: { offset: number }[];
}
interface Reply {
  connect?: { subs: Record<string, Subscribed> };
}

let people: Person[] = [];
const positions = new Map<string, Position>();
let sockets: LiveSocket[] = [];

serveHelper<CrowdCommand, CrowdAnswer>(async (command) => {
  if (command.do === 'make') {
    people = (await makeClients(command.port, command.count, 16)).map(({ id, token }) => ({
      id,
      feed: `client:${id}`,
      connect: { data: { application: 'widget', settings: { token } } },
    }));
  } else if (command.do === 'take') people = command.people;
  else if (command.do === 'connect') return connectAll(command);
  else await drop();
  return null;
});

async function drop(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets = [];
}

function hello({ feed, connect }: Person): string {
  const position = positions.get(feed);
  const subs = position && { [feed]: { recover: true, ...position } };
  return JSON.stringify({ id: 1, connect: { ...connect, subs } });
}

async function connectAll(command: { port: number; count: number; together: number }): Promise<Connected> {
  const hellos = people.slice(0, command.count).map(hello);
  const startedAt = new Float64Array(command.count);
  const replies: (Buffer | undefined)[] = new Array(command.count);
  const times: number[] = [];
  let next = 0;
  let triedAgain = 0;
  await new Promise<void>((resolve) => {
    const open = (index: number): void => {
      startedAt[index] ||= performance.now();
      sockets[index] = new LiveSocket(index, command.port, hellos[index] ?? '', listener);
    };
    const listener: Listener = {
      heard(socket, text) {
        if (replies[socket.index]) return;
        // Read after the clock has stopped: judging the answers is not the server's work.
        replies[socket.index] = Buffer.from(text);
        times.push(performance.now() - (startedAt[socket.index] ?? 0));
        if (times.length === command.count) resolve();
        else if (next < command.count) open(next++);
      },
      closed(socket) {
        if (replies[socket.index] || sockets[socket.index] !== socket) return;
        triedAgain++;
        setTimeout(open, 50, socket.index);
      },
    };
    while (next < Math.min(command.together, command.count)) open(next++);
  });
  const seconds = (performance.now() - Math.min(...startedAt)) / 1000;
  return { seconds, reply: latenciesOf(times), ...judge(replies), triedAgain, clientIds: people.map(({ id }) => id) };
}

function judge(replies: (Buffer | undefined)[]) {
  const result = { recovered: 0, caughtUp: 0, outOfOrder: 0 };
  for (const reply of replies) {
    const { connect } = JSON.parse(reply?.toString().split('\n', 1)[0] ?? '{}') as Reply;
    for (const [channel, { epoch, offset = 0, recovered, publications = [] }] of Object.entries(connect?.subs ?? {})) {
      let last = positions.get(channel)?.offset ?? offset;
      for (const publication of publications) {
        if (publication.offset !== last + 1) result.outOfOrder++;
        last = publication.offset;
      }
      positions.set(channel, { epoch, offset: last });
      result.caughtUp += publications.length;
      if (recovered) result.recovered++;
    }
  }
  return result;
}
