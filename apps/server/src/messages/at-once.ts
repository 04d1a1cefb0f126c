import type { Prepared } from '../database/database.ts';
import { gather } from '../database/gather.ts';
import {
  type Asked,
  findTargets,
  type Place,
  type Sending,
  storeClientMessages,
  type Target,
} from './at-once.store.ts';
import { AlreadyStored } from './store-message.ts';

/** The two statements of the common case, each for all messages of a turn together. */
export interface AtOnce {
  find(asked: Asked): Promise<Target | undefined>;
  /** No place: the session is not what the target says any more, and nothing was stored. */
  store(sending: Sending): Promise<Place[]>;
}

const together = { most: 128, flights: 2 };

export const createAtOnce = (prepared: Prepared): AtOnce => ({
  find: gather((asked: Asked[]) => findTargets(prepared, asked), together),
  store: gather((sendings: Sending[]) => storeEach(prepared, sendings), together),
});

type Outcome = Place[] | Error;

/** A session's messages of one turn go one after the other, in as many rounds as the busiest has. */
async function storeEach(prepared: Prepared, sendings: Sending[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = sendings.map(() => []);
  let waiting = [...sendings.keys()];
  while (waiting.length > 0) {
    const seen = new Set<string>();
    const round = waiting.filter((index) => {
      const id = sendings[index]?.row.session_id ?? '';
      return !seen.has(id) && seen.add(id);
    });
    const chosen = new Set(round);
    waiting = waiting.filter((index) => !chosen.has(index));
    const stored = await storeRound(
      prepared,
      round.flatMap((index) => sendings[index] ?? []),
    );
    for (const [place, index] of round.entries()) outcomes[index] = stored[place] ?? [];
  }
  return outcomes;
}

/** One repeat of a message undoes the statement for all: then each goes alone, and only the repeat is told. */
async function storeRound(prepared: Prepared, sendings: Sending[]): Promise<Outcome[]> {
  try {
    return await storeClientMessages(prepared, sendings);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    if (sendings.length === 1) return [new AlreadyStored()];
    const outcomes: Outcome[] = [];
    for (const sending of sendings) outcomes.push(...(await storeRound(prepared, [sending])));
    return outcomes;
  }
}

const uniqueViolation = '23505';
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === uniqueViolation;
