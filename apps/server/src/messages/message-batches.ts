import type { Prepared } from '../database/database.ts';
import { gather } from '../database/gather.ts';
import {
  type Asked,
  findTargets,
  type Place,
  type Sending,
  storeClientMessages,
  type Target,
} from './client-message-statement.store.ts';
import { AlreadyStored } from './store-message.ts';

/** The two statements of the common case, each for all messages of a turn together. */
export interface MessageBatches {
  find(asked: Asked): Promise<Target | undefined>;
  /** No place: the session is not what the target says any more, and nothing was stored. */
  store(sending: Sending): Promise<Place[]>;
}

const together = { most: 128, flights: 2, everyMs: 3 };

export const createMessageBatches = (prepared: Prepared): MessageBatches => ({
  find: gather((asked: Asked[]) => findTargets(prepared, asked), together),
  store: gather((sendings: Sending[]) => storeEach(prepared, sendings), together),
});

type Outcome = Place[] | Error;

/** A session's messages of one turn go one after the other, in as many rounds as the busiest has. */
async function storeEach(prepared: Prepared, sendings: Sending[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = sendings.map(() => []);
  for (const round of roundsOf(sendings)) {
    const stored = await storeRound(
      prepared,
      round.map(({ sending }) => sending),
    );
    for (const [place, { index }] of round.entries()) outcomes[index] = stored[place] ?? [];
  }
  return outcomes;
}

interface Placed {
  index: number;
  sending: Sending;
}

/** The first round has the first message of each session, the second the second, … */
function roundsOf(sendings: Sending[]): Placed[][] {
  const rounds: Placed[][] = [];
  const before = new Map<string, number>();
  for (const [index, sending] of sendings.entries()) {
    const { session_id: sessionId } = sending.row;
    const nth = before.get(sessionId) ?? 0;
    before.set(sessionId, nth + 1);
    const round = rounds[nth] ?? [];
    rounds[nth] = round;
    round.push({ index, sending });
  }
  return rounds;
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
