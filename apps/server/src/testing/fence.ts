import { randomUUID } from 'node:crypto';
import type { Heard, Listener } from './listen.ts';
import type { TestServer } from './start-test-server.ts';

const fenceEvent = 'fence';
export const isFence = ({ event }: Heard): boolean => event === fenceEvent;

/**
 * Resolves when every listener has heard all that was told so far in each of its feeds: an event of our own is put
 * behind it. So a test can say "and nothing else" without waiting for nothing.
 */
export async function fence(server: TestServer, listeners: Listener[]): Promise<void> {
  await server.settled();
  const id = randomUUID();
  const feeds = listeners.flatMap((listener) => listener.feeds());
  await server.app.transact(async (tx) => {
    for (const feed of new Set(feeds)) tx.append([feed], fenceEvent, { id, feed });
  });
  await Promise.all(
    listeners.map((listener) => {
      const feeds = listener.feeds();
      const reached = feeds.map((feed) => listener.until(fenceEvent, (data) => data.id === id && data.feed === feed));
      // Whom the server has sent away for good hears no more.
      return Promise.race([Promise.all(reached), listener.disconnected]);
    }),
  );
}

/** Turns of the event loop until it is so: for what the server learns from the network in its own time. */
export async function eventually(isSo: () => boolean | Promise<boolean>, withinMs = 5000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not so within ${withinMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
