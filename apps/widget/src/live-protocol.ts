/** The few lines of the Centrifuge protocol (version 2, JSON) that a client with server-side subscriptions needs. */

export interface Publication {
  data: unknown;
  offset?: number;
}
interface Subscribed {
  epoch?: string;
  offset?: number;
  recoverable?: boolean;
  was_recovering?: boolean;
  recovered?: boolean;
  publications?: Publication[];
}
export interface Reply {
  id?: number;
  error?: { code: number; message: string; temporary?: boolean };
  connect?: { ping?: number; pong?: boolean; subs?: Record<string, Subscribed> };
  push?: {
    channel?: string;
    pub?: Publication;
    subscribe?: Subscribed;
    unsubscribe?: unknown;
    disconnect?: { code: number; reason?: string };
  };
}

/** Replies of one frame: JSON objects, one per line. Throws on anything else. */
export function readFrame(frame: string): Reply[] {
  return frame
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const reply: unknown = JSON.parse(line);
      if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) throw new SyntaxError(line);
      return reply;
    });
}

/** An empty object is the server's ping. */
export function isPing(reply: Reply): boolean {
  for (const _ in reply) return false;
  return true;
}

/** Do not come back by yourself. */
export function isTerminal(code: number): boolean {
  return (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000);
}

/** Where each channel has been read to, and the publications not read yet. */
export function createPositions() {
  const positions = new Map<string, { epoch: string; offset: number }>();

  function subscribed(channel: string, { epoch, offset, recoverable }: Subscribed) {
    if (recoverable) positions.set(channel, { epoch: epoch ?? '', offset: offset ?? 0 });
    else positions.delete(channel);
  }

  /** True when it is new: repeated offsets are dropped. */
  function read(channel: string, { offset }: Publication): boolean {
    const position = positions.get(channel);
    if (!position || !offset) return true;
    if (offset <= position.offset) return false;
    position.offset = offset;
    return true;
  }

  return {
    subscribed,
    read,
    unsubscribed: (channel: string) => positions.delete(channel),
    /** Takes the answer to connect. `complete`: nothing was missed since the last connection. */
    connected(subs: Record<string, Subscribed>): { complete: boolean; publications: unknown[] } {
      const names = Object.keys(subs);
      for (const channel of positions.keys()) if (!names.includes(channel)) positions.delete(channel);
      let complete = names.length > 0;
      const publications: unknown[] = [];
      for (const [channel, sub] of Object.entries(subs)) {
        complete &&= Boolean(sub.was_recovering && sub.recovered);
        subscribed(channel, sub);
        for (const publication of sub.publications ?? []) {
          if (read(channel, publication)) publications.push(publication.data);
        }
      }
      return { complete, publications };
    },
    connectCommand(id: number, token: string): string {
      const subs = Object.fromEntries(
        [...positions].map(([channel, position]) => [channel, { recover: true, ...position }]),
      );
      const data = { application: 'widget', settings: { token } };
      return JSON.stringify({ connect: { data, name: 'switchboard-widget', ...(positions.size && { subs }) }, id });
    },
  };
}
