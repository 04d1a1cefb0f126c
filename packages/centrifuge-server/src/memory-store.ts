import { randomUUID } from 'node:crypto';
import type {
  Appended,
  ChannelHistory,
  ChannelPage,
  HistoryRequest,
  HistoryStore,
  PageRequest,
  PublicationExtras,
  StoredPublication,
} from './history.ts';

export interface MemoryStoreOptions {
  /** Most publications kept in a channel. Default 1 000. */
  size?: number;
  /** Milliseconds a publication is kept; its memory a minute longer. Default 300 000. */
  ageMilliseconds?: number;
  /**
   * Most channels kept; above it the one longest without a publication is forgotten, epoch and all. As many again are
   * known by their epoch alone, to which nothing was ever published. Default 100 000.
   */
  channels?: number;
  /** Other bounds for some channels: asked with the name whenever old publications are let go. */
  bounds?(channel: string): { size?: number; ageMilliseconds?: number } | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?(): number;
}

/** In so many sweeps, a second apart, all channels are looked at. */
const SWEEPS = 60;

export interface MemoryStore extends HistoryStore {
  /** Stores a publication and tells its place: what `publish` wants to know. */
  append(channel: string, json: string, extras?: PublicationExtras): Appended;
  page(request: PageRequest): Promise<ChannelPage>;
  remove(channel: string): void;
  sweep(): void;
}

/** A history in memory, bounded by number and age. It ends with the process: clients then start over in a new epoch. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { size = 1_000, ageMilliseconds = 300_000, channels = 100_000, now = Date.now, bounds } = options;
  // In the order of their last publication.
  const streams = new Map<string, Stream>();
  // Names and no iterator: one that rests keeps every former table of its Map, and what moves to the end stops it there.
  let unswept: string[] = [];
  let share = 0;
  // Asked for, and never published to. Apart, because whoever may ask could push out the others.
  const silent = new Map<string, Stream>();

  function touch(channel: string): Stream {
    const stream = streams.get(channel) ?? silent.get(channel) ?? newStream();
    silent.delete(channel);
    putLast(streams, channel, stream);
    return stream;
  }

  function putLast(into: Map<string, Stream>, channel: string, stream: Stream): void {
    into.delete(channel);
    into.set(channel, stream);
    for (const oldest of into.keys()) {
      if (into.size <= channels) break;
      into.delete(oldest);
    }
  }

  function forget(channel: string, stream: Stream): void {
    const own = bounds?.(channel);
    const before = now() - (own?.ageMilliseconds ?? ageMilliseconds);
    const young = stream.kept.findIndex((publication) => publication.at > before);
    const old = Math.max(young === -1 ? stream.kept.length : young, stream.kept.length - (own?.size ?? size));
    if (old > 0) stream.kept.splice(0, old);
  }

  function look(channel: string): Stream {
    const known = streams.get(channel);
    if (known === undefined) {
      const stream = silent.get(channel) ?? newStream();
      putLast(silent, channel, stream);
      return stream;
    }
    forget(channel, known);
    return known;
  }

  return {
    append(channel, json, extras) {
      const stream = touch(channel);
      stream.top++;
      const { epoch, top: offset } = stream;
      // Copies cost; most publications have nothing more to them.
      stream.kept.push(extras === undefined ? { offset, json, at: now() } : { ...extras, offset, json, at: now() });
      forget(channel, stream);
      return extras === undefined ? { epoch, offset, json } : { ...extras, epoch, offset, json };
    },
    async read(requests) {
      return new Map(requests.map((request) => [request.channel, answer(look(request.channel), request)]));
    },
    async page({ channel, since, limit, reverse }) {
      const { epoch, top, kept } = look(channel);
      const list = reverse
        ? kept.filter(({ offset }) => since === null || offset < since.offset).reverse()
        : kept.filter(({ offset }) => since === null || offset > since.offset);
      return { epoch, top, publications: list.slice(0, limit).map(stored) };
    },
    sweep() {
      if (unswept.length === 0) {
        unswept = [...streams.keys()];
        share = Math.ceil(unswept.length / SWEEPS);
      }
      for (const channel of unswept.splice(-share)) {
        const stream = streams.get(channel);
        if (stream !== undefined) forget(channel, stream);
      }
    },
    remove(channel) {
      const stream = streams.get(channel);
      if (stream !== undefined) stream.kept = [];
    },
  };
}

/** Its epoch is 48 bits of chance. A UUID, because Node draws those in advance: ten thousand channels begin at once. */
const newStream = (): Stream => ({ epoch: randomUUID().slice(-12), top: 0, kept: [] });

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
  return { epoch, top, publications: missing === 0 ? [] : kept.slice(-missing).map(stored) };
}

function stored({ at: _, ...publication }: Stream['kept'][number]): StoredPublication {
  return publication;
}
