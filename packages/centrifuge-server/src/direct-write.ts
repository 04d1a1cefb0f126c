import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What a socket has whose descriptor may not be written. */
export const NO_DESCRIPTOR = -1;

/**
 * The descriptor of a plain TCP or Unix socket. Of no other: what TLS is given is not what goes over its wire, and
 * Windows has no descriptors.
 */
export function descriptorOf(socket: Duplex): number {
  if (Object.getPrototypeOf(socket) !== Socket.prototype) return NO_DESCRIPTOR;
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return NO_DESCRIPTOR;
  return typeof handle.fd === 'number' ? handle.fd : NO_DESCRIPTOR;
}

/** Runs before the socket gives its descriptor back: from then on the number may be somebody else's. */
export function beforeDestroy(socket: Duplex, run: () => void): void {
  const destroy = socket._destroy;
  socket._destroy = (error, done) => {
    run();
    destroy.call(socket, error, done);
  };
}

/** Writes at once what the network takes, in one system call, and answers how many bytes that were. */
export function writeNow(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    // Full or broken: the socket's stream finds out the same, and knows what to do.
    return 0;
  }
}
