import type { ClientSession, Session } from '@switchboard/protocol';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { feedOf, scopeFeed } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { helpPosition, listServed, setToldPosition } from './help.store.ts';
import { expectedWait, servedLooked } from './help.ts';
import {
  getSession,
  listOperatorsOutside,
  listSecondOperators,
  type SessionInContext,
  type SessionRow,
} from './session.store.ts';
import { isWithOperator, listenersAt, presentClientSession, presentSession } from './session.ts';

type Db = Kysely<Tables>;

/** The session as a fresh load would show it now. */
export async function showSession(db: Db, sessionId: string): Promise<Session> {
  return (await seeSession(db, sessionId)).shown;
}

export async function showSessions(db: Db, rows: SessionInContext[]): Promise<Session[]> {
  const second = await listSecondOperators(db, rows);
  return rows.map((row) =>
    presentSession(
      row,
      second.filter(({ session_id }) => session_id === row.id),
    ),
  );
}

export async function showClientSession(db: Db, row: SessionInContext, at: number): Promise<ClientSession> {
  if (row.status !== 'HELP') return presentClientSession(row, null, null);
  const position = await helpPosition(db, row);
  return presentClientSession(row, position, await waitAt(db, row, position, at));
}

/** Seconds that whoever has this place in this help will wait; null: nobody knows. */
export async function waitAt(
  db: Db,
  help: Pick<SessionRow, 'organization_id' | 'group_id'>,
  position: number,
  at: number,
): Promise<number | null> {
  return expectedWait(position, await listServedLately(db, help, at), at);
}

export const listServedLately = (db: Db, help: Pick<SessionRow, 'organization_id' | 'group_id'>, at: number) =>
  listServed(db, help, at - servedLooked.withinMs);

/** Who hears what is said in a session: its operators and whoever has it open. Nobody else. */
export function listenersOf(session: Heard, at: number): string[] {
  const ids = new Set(listenersAt(session, at));
  if (session.operator_id !== null && isWithOperator(session)) ids.add(session.operator_id);
  return [...ids].map(feedOf.operator);
}

type Heard = Pick<SessionRow, 'operator_id' | 'status' | 'listeners'>;

/** Everyone in scope sees the session change; so does its client, as far as it is theirs. */
export async function tellSessionUpdated(tx: Tx, sessionId: string): Promise<void> {
  await tellUpdated(tx, await seeSession(tx.db, sessionId));
}

/** The same of what has been looked at already. */
export async function tellUpdated(tx: Tx, seen: Seen): Promise<void> {
  await tellSeen(tx, seen);
  await tellClient(tx, seen.row);
}

/** What its client has no part in. */
export async function tellOperators(tx: Tx, sessionId: string): Promise<SessionInContext> {
  const seen = await seeSession(tx.db, sessionId);
  await tellSeen(tx, seen);
  return seen.row;
}

export interface Seen {
  row: SessionInContext;
  shown: Session;
}

/** As it is now, for whoever tells several of it. */
async function seeSession(db: Db, sessionId: string): Promise<Seen> {
  return seenOf(db, await getSession(db, sessionId));
}

export async function seenOf(db: Db, row: SessionInContext): Promise<Seen> {
  const [shown] = await showSessions(db, [row]);
  if (!shown) throw new Error('a session was not shown');
  return { row, shown };
}

export async function tellSeen(tx: Tx, { row, shown }: Seen): Promise<void> {
  tx.append(await scopeFeeds(tx, row), 'chatSessionUpdated', shown);
}

/** People have it from now on. */
export async function tellSwitchedFromBot(tx: Tx, sessionId: string): Promise<void> {
  const row = await getSession(tx.db, sessionId);
  const [shown] = await showSessions(tx.db, [row]);
  tx.append(await scopeFeeds(tx, row), 'chatSessionSwitchedFromBotToOperator', shown);
}

/** "Every operator in scope", and those of its own operators whom its group leaves out. */
export async function scopeFeeds(tx: Tx, row: SessionRow): Promise<string[]> {
  const outside = row.group_id === null ? [] : await listOperatorsOutside(tx.db, row, row.group_id);
  return [scopeFeed(row), ...outside.map(feedOf.operator)];
}

export async function tellClient(tx: Tx, row: SessionInContext): Promise<void> {
  const shown = await showClientSession(tx.db, row, tx.at);
  if (shown.position !== null && shown.position !== row.told_position) {
    await setToldPosition(tx.db, row.id, shown.position);
  }
  tellClientShown(tx, row, shown);
}

/** The same of what has been looked at already, and its place written down. */
export function tellClientShown(tx: Tx, row: Pick<SessionRow, 'client_id'>, shown: ClientSession): void {
  tx.append([feedOf.client(row.client_id)], 'chatSessionUpdated', shown);
}
