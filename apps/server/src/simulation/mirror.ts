import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { feedHistory } from '../events/history.ts';

/** A client's session, as the events tell of it. */
export interface Visit {
  client: number;
  sessionId: string;
  groupId: number | null;
  arrivedAt: number;
  /** null: with an operator, or over. */
  waitingSince: number | null;
  operatorId: number | null;
  /** Who had it before and lost it. */
  previousOperatorId: number | null;
  /** Raised with every change of hands. */
  hands: number;
  firstAnsweredAt: number | null;
  /** In help once more, after an operator had it and went. */
  waitedAgainMs: number;
  closedAt: number | null;
}

/** What an event says of a session, as far as it matters here. */
interface Told {
  id: string;
  clientId: string;
  groupId: number | null;
  status: string;
  operatorId: number | null;
  previousOperator: { id: number } | null;
}

const sessionEvents = ['chatSessionStarted', 'chatSessionUpdated', 'operatorNotFound'];
const mostEvents = 1_000_000;

/** Follows the feeds that an operator's program follows, out of the same history, and keeps who has what. */
export class Mirror {
  readonly visits = new Map<string, Visit>();
  /** In the order in which they began to wait. */
  readonly waiting = new Set<Visit>();
  readonly held = new Map<number, Set<Visit>>();
  closed = 0;
  /** Answered before somebody of the same group who waited longer. */
  overtaken = 0;
  /** Times that an operator had more than they may have. */
  overCapacity = 0;
  readonly #history: ReturnType<typeof feedHistory>;
  readonly #offsets: Map<string, number>;
  readonly #capacity: Map<number, number>;
  readonly #clientIndex: Map<string, number>;

  constructor(
    read: Kysely<Tables>,
    feeds: string[],
    { capacity, clientIndex }: { capacity: Map<number, number>; clientIndex: Map<string, number> },
  ) {
    this.#history = feedHistory(read, '');
    this.#offsets = new Map(feeds.map((feed) => [feed, 0]));
    this.#capacity = capacity;
    this.#clientIndex = clientIndex;
  }

  /** Reads what is new; answers the visits that an operator got, and those that ended. */
  async follow(now: number): Promise<{ given: Visit[]; closed: Visit[] }> {
    const asked = [...this.#offsets].map(([channel, offset]) => ({
      channel,
      since: { epoch: '', offset },
      limit: mostEvents,
    }));
    const answered = await this.#history.read(asked);
    const changed = { given: [] as Visit[], closed: [] as Visit[] };
    for (const [feed, { publications, top }] of answered) {
      if (publications === null) throw new Error(`the feed ${feed} cannot be followed`);
      for (const { json } of publications) {
        const { event, data } = JSON.parse(json) as { event: string; data: Told };
        if (sessionEvents.includes(event)) this.#apply(data, now, changed);
      }
      this.#offsets.set(feed, top);
    }
    // Only now: the place may have been freed in a feed that was read later.
    for (const operatorId of new Set(changed.given.map((visit) => visit.operatorId))) {
      if (operatorId !== null && this.holds(operatorId) > (this.#capacity.get(operatorId) ?? 0)) this.overCapacity++;
    }
    return changed;
  }

  holds(operatorId: number): number {
    return this.held.get(operatorId)?.size ?? 0;
  }

  #apply(told: Told, now: number, changed: { given: Visit[]; closed: Visit[] }): void {
    const visit = this.visits.get(told.id) ?? this.#begin(told, now);
    visit.previousOperatorId = told.previousOperator?.id ?? null;
    const operatorId = told.status === 'ACTIVE' || told.status === 'PAUSED' ? told.operatorId : null;
    if (operatorId !== visit.operatorId) this.#moveTo(visit, operatorId, now, changed);
    if (told.status !== 'HELP') this.#waitsNoMore(visit, now);
    else if (visit.waitingSince === null) {
      visit.waitingSince = now;
      this.waiting.add(visit);
    }
    if (told.status === 'CLOSED' && visit.closedAt === null) {
      visit.closedAt = now;
      this.closed++;
      changed.closed.push(visit);
    }
  }

  #begin({ id, clientId, groupId }: Told, now: number): Visit {
    const visit: Visit = {
      client: this.#clientIndex.get(clientId) ?? -1,
      sessionId: id,
      groupId,
      arrivedAt: now,
      waitingSince: null,
      operatorId: null,
      previousOperatorId: null,
      hands: 0,
      firstAnsweredAt: null,
      waitedAgainMs: 0,
      closedAt: null,
    };
    this.visits.set(id, visit);
    return visit;
  }

  #moveTo(visit: Visit, operatorId: number | null, now: number, changed: { given: Visit[] }): void {
    visit.hands++;
    if (visit.operatorId !== null) this.held.get(visit.operatorId)?.delete(visit);
    visit.operatorId = operatorId;
    if (operatorId === null) return;
    const held = this.held.get(operatorId) ?? new Set();
    this.held.set(operatorId, held.add(visit));
    // Nobody writes again here, so whoever comes back into help has waited since they came.
    const isPassed = (other: Visit): boolean =>
      other.arrivedAt < visit.arrivedAt && other.groupId === visit.groupId && other.previousOperatorId !== operatorId;
    if ([...this.waiting].some(isPassed)) this.overtaken++;
    visit.firstAnsweredAt ??= now;
    changed.given.push(visit);
  }

  #waitsNoMore(visit: Visit, now: number): void {
    if (visit.waitingSince !== null && (visit.firstAnsweredAt ?? now) < visit.waitingSince) {
      visit.waitedAgainMs += now - visit.waitingSince;
    }
    visit.waitingSince = null;
    this.waiting.delete(visit);
  }
}
