import type { SubscriptionStart } from './encoding.ts';
import { type ChannelHistory, publicationsSince, type StreamPosition } from './history.ts';

/**
 * How a subscription begins (Centrifuge protocol v2): recovered, with everything after the client's position and that
 * position as offset; or not, with the top of the stream and never a part of what was missed.
 */
export function startOf(history: ChannelHistory, since: StreamPosition | null): SubscriptionStart {
  const publications = since === null ? null : publicationsSince(history, since);
  return {
    recoverable: true,
    epoch: history.epoch,
    offset: since !== null && publications !== null ? since.offset : history.top,
    recovered: publications !== null,
    wasRecovering: since !== null,
    publications: publications ?? [],
  };
}

/** How a subscription to a channel without history begins. */
export function startWithoutHistory(since: StreamPosition | null): SubscriptionStart {
  return {
    recoverable: false,
    epoch: '',
    offset: 0,
    recovered: false,
    wasRecovering: since !== null,
    publications: [],
  };
}
