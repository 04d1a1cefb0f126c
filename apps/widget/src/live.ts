import { livePath } from '@switchboard/protocol/paths';
import { backOff } from './back-off.ts';
import { createPositions, isPing, isTerminal, type Reply, readFrame } from './live-protocol.ts';

interface Options {
  host: string;
  token: string;
  onEvent: (data: unknown) => void;
  /** `complete`: all that was missed follows as events. Otherwise load anew. */
  onConnected: (complete: boolean) => void;
  /** The connection is gone and will be tried again; so many tries failed in a row. */
  onDown: (failures: number) => void;
  /** The server does not want this connection any more. */
  onRefused: (code: number) => void;
}

const pingGraceMs = 10_000;
const connectMs = 15_000;
/** A connection that lived less counts as a failed try. */
const stableMs = 5_000;

/** One live connection that survives the network. */
export function listen({ host, token, onEvent, onConnected, onDown, onRefused }: Options): Live {
  const positions = createPositions();
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let connectedAt = 0;
  let commands = 0;
  let watchdogMs = connectMs;
  let answersPings = false;
  let closed = false;

  function connect() {
    clearTimeout(timer);
    const own = new WebSocket(host.replace(/^http/, 'ws') + livePath);
    socket = own;
    connectedAt = 0;
    watchdogMs = connectMs;
    own.onopen = () => own.send(positions.connectCommand(++commands, token));
    own.onmessage = ({ data }) => {
      if (own !== socket) return;
      try {
        readFrame(String(data)).forEach(hear);
      } catch {
        drop();
      }
    };
    own.onclose = ({ code }) => own === socket && drop(code);
    watch();
  }

  function watch() {
    clearTimeout(timer);
    if (watchdogMs) timer = setTimeout(drop, watchdogMs);
  }

  function hear(reply: Reply) {
    if (!socket) return;
    watch();
    const { connect, error, push } = reply;
    if (isPing(reply)) {
      if (answersPings) socket.send('{}');
    } else if (error) {
      drop(error.temporary ? 0 : 3500);
    } else if (connect) {
      connectedAt = Date.now();
      watchdogMs = connect.ping ? connect.ping * 1000 + pingGraceMs : 0;
      answersPings = connect.pong === true;
      watch();
      const { complete, publications } = positions.connected(connect.subs ?? {});
      onConnected(complete);
      publications.forEach(onEvent);
    } else if (push) {
      const channel = push.channel ?? '';
      if (push.pub && positions.read(channel, push.pub)) onEvent(push.pub.data);
      if (push.subscribe) positions.subscribed(channel, push.subscribe);
      if (push.unsubscribe) positions.unsubscribed(channel);
      if (push.disconnect) drop(push.disconnect.code);
    }
  }

  function drop(code = 0) {
    clearTimeout(timer);
    const own = socket;
    socket = null;
    own?.close();
    if (closed) return;
    if (isTerminal(code)) {
      closed = true;
      return onRefused(code);
    }
    failures = connectedAt && Date.now() - connectedAt > stableMs ? 0 : failures + 1;
    timer = setTimeout(connect, backOff(failures));
    onDown(failures);
  }

  connect();
  return {
    nudge: () => !closed && !socket && connect(),
    cut: () => socket && drop(),
    close() {
      closed = true;
      drop();
    },
  };
}

export interface Live {
  /** Try now instead of later: the network is back, the page is looked at. */
  nudge: () => void;
  /** The network is gone: do not wait for the watchdog. */
  cut: () => void;
  close: () => void;
}
