import type { Encoding } from './encoding.ts';
import type { Outgoing } from './outgoing.ts';

/** One client's wire: a WebSocket, or an HTTP answer without end. */
export interface Transport {
  readonly encoding: Encoding;
  peer: Peer | null;
  /** Absent: a WebSocket. */
  readonly kind?: 'http_stream' | 'sse';
  /** The secret by which its client posts commands, where the wire itself carries only answers. */
  readonly emulated?: string;
  /** Bytes written that the network has not taken yet. */
  readonly waitingBytes: number;
  /** False: the network is behind, better keep what there is. */
  readonly ready: boolean;
  /** Calls `flush` once when ready again. */
  whenReady(waiting: { flush(): void }): void;
  write(messages: Outgoing): void;
  /** Tells the client why and ends the wire after what was written. */
  close(code: number, reason: string): void;
}

/** Who listens at the other side of a transport: first a handshake, then a session. */
export interface Peer {
  receive(frame: Buffer): void;
  /** The wire has ended, by whomever. */
  closed(): void;
  disconnect(code: number, reason: string): void;
  /** Called about every second. */
  tick(monotonic: number, now: number): void;
}
