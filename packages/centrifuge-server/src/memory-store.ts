import { randomBytes } from 'node:crypto';
import type { ChannelHistory, HistoryRequest, HistoryStore, StoredPublication } from './history.ts';

export interface MemoryStoreOptions {
  /** Most publications kept in a channel. Default 1 000. */
  size?: number;
  /** Milliseconds a publication is kept. Default 300 000. */
  ageMilliseconds?: number;
  /** Most channels kept; above it the one longest without a publication is forgotten, epoch and all. Default 100 000. */
  channels?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?(): number;
}

export interface MemoryStore extends HistoryStore {
  /** Stores a publication and tells its place: what `publish` wants to know. */
  append(channel: string, json: string): { epoch: string; offset: number; json: string };
}

/** A history in memory, bounded by number and age. It ends with the process: clients then start over in a new epoch. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { size = 1_000, ageMilliseconds = 300_000, channels = 100_000, now = Date.now } = options;
  // In the order of their last publication.
  const streams = new Map<string, Stream>();

  function touch(channel: string): Stream {
    const stream = streams.get(channel) ?? { epoch: randomBytes(6).toString('base64url'), top: 0, kept: [] };
    streams.delete(channel);
    streams.set(channel, stream);
    for (const oldest of streams.keys()) {
      if (streams.size <= channels) break;
      streams.delete(oldest);
    }
    return stream;
  }

  function forget(stream: Stream): void {
    const before = now() - ageMilliseconds;
    const young = stream.kept.findIndex((publication) => publication.at > before);
    const old = Math.max(young === -1 ? stream.kept.length : young, stream.kept.length - size);
    if (old > 0) stream.kept.splice(0, old);
  }

  return {
    append(channel, json) {
      const stream = touch(channel);
      stream.top++;
      stream.kept.push({ offset: stream.top, json, at: now() });
      forget(stream);
      return { epoch: stream.epoch, offset: stream.top, json };
    },
    async read(requests) {
      return new Map(
        requests.map((request) => {
          const stream = streams.get(request.channel) ?? touch(request.channel);
          forget(stream);
          return [request.channel, answer(stream, request)];
        }),
      );
    },
  };
}

interface Stream {
  epoch: string;
  top: number;
  kept: (StoredPublication & { at: number })[];
}

function answer({ epoch, top, kept }: Stream, { since, limit }: HistoryRequest): ChannelHistory {
  if (since === null) return { epoch, top, publications: [] };
  const missing = top - since.offset;
  const known = since.epoch === '' || since.epoch === epoch;
  if (!known || missing < 0 || missing > kept.length || missing > limit) return { epoch, top, publications: null };
  const publications = missing === 0 ? [] : kept.slice(-missing).map(({ offset, json }) => ({ offset, json }));
  return { epoch, top, publications };
}
