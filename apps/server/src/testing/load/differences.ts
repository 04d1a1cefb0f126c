import { isDeepStrictEqual } from 'node:util';
import type { InboxState } from '../../../../panel/src/inbox-state.ts';
import { picture } from '../panel-state.ts';

/** In a few words each, where two pictures differ; a diff of hundreds of sessions says nothing to anybody. */
export function differences(live: InboxState, fresh: InboxState): string[] {
  return compare('', picture(live), picture(fresh));
}

function compare(path: string, live: unknown, fresh: unknown): string[] {
  if (isDeepStrictEqual(live, fresh)) return [];
  if (!isThing(live) || !isThing(fresh)) {
    return [`${path}: ${JSON.stringify(live) ?? 'nothing'} live, ${JSON.stringify(fresh) ?? 'nothing'} loaded`];
  }
  const [one, other] = [byId(live), byId(fresh)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
    compare(`${path}/${key}`, one[key], other[key]),
  );
}

const isThing = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Sessions and messages by what they are, not by their place in a list. */
function byId(thing: object): Record<string, unknown> {
  if (!Array.isArray(thing)) return { ...thing };
  return Object.fromEntries(thing.map((entry, n) => [isThing(entry) && 'id' in entry ? entry.id : n, entry]));
}
