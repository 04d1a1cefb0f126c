import type { Prepared } from '../database/database.ts';
import type { MessageRow } from './message.ts';

/** What a message needs to know of its client and of the open session. */
export interface Target {
  name: string | null;
  banned_at: number | null;
  session_id: string | null;
  organization_id: number;
  status: string;
  operator_id: number | null;
  control_epoch: number;
  listeners: string;
  timed: number;
  waiting_since: number | null;
}

export interface Asked {
  clientId: string;
  channelId: string;
}

/** One answer for each, undefined for a client that is gone. */
export async function findTargets(prepared: Prepared, asked: Asked[]): Promise<(Target | undefined)[]> {
  const rows = await prepared<Target & { place: number }>(findTargetsStatement, [
    asked.map(({ clientId }) => clientId),
    asked.map(({ channelId }) => channelId),
  ]);
  const targets: (Target | undefined)[] = asked.map(() => undefined);
  for (const row of rows) targets[row.place - 1] = row;
  return targets;
}

const findTargetsStatement = {
  name: 'find-targets',
  text: `
    SELECT asked.place, c.name, c.banned_at, s.id AS session_id, s.organization_id, s.status, s.operator_id,
      s.control_epoch, s.listeners, s.timed, s.waiting_since
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (client_id, channel_id, place)
    JOIN clients c ON c.id = asked.client_id
    LEFT JOIN sessions s ON s.client_id = c.id AND s.channel_id = asked.channel_id AND s.status <> 'CLOSED'`,
};

/** A message on its way into a session that is what its target says. The event's text is split where its number goes. */
export interface Sending {
  target: Target;
  row: MessageRow;
  lastMessage: string;
  preview: string;
  feeds: string[];
  head: string;
  tail: string;
}

export interface Place {
  feed: string;
  offset: number;
  number: number;
}

/**
 * Each message's whole transaction, all in one statement: number, row, places, events. A session occurs once. Where a session
 * is not what its target says any more, nothing is stored and no place answered. Locks in the one order: sessions, feeds.
 */
export async function storeClientMessages(prepared: Prepared, sendings: Sending[]): Promise<Place[][]> {
  const column = <T>(value: (sending: Sending) => T): T[] => sendings.map(value);
  const rows = await prepared<Place & { place: number }>(storeStatement, [
    column(({ row }) => row.session_id),
    column(({ target }) => target.control_epoch),
    column(({ target }) => target.listeners),
    column(({ row }) => row.created_at),
    column(({ lastMessage }) => lastMessage),
    column(({ preview }) => preview),
    column(({ row }) => row.id),
    column(({ row }) => row.organization_id),
    column(({ row }) => row.client_id),
    column(({ row }) => row.author_name),
    column(({ row }) => row.body),
    column(({ row }) => row.local_id),
    // No feed's name has a comma.
    column(({ feeds }) => feeds.join(',')),
    column(({ head }) => head),
    column(({ tail }) => tail),
  ]);
  const places: Place[][] = sendings.map(() => []);
  for (const { place, ...rest } of rows) places[place - 1]?.push(rest);
  return places;
}

const storeStatement = {
  name: 'store-client-messages',
  text: `
    WITH input AS (
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
        $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
      WITH ORDINALITY AS i (session_id, control_epoch, listeners, at, last_message, preview, id, organization_id,
        client_id, author_name, body, local_id, feeds, head, tail, place)
    ), locked AS (
      SELECT s.id FROM sessions s JOIN input i ON i.session_id = s.id ORDER BY s.id FOR UPDATE OF s
    ), taken AS (
      UPDATE sessions s SET message_count = message_count + 1, revision = revision + 1, last_message = i.last_message,
        last_message_at = i.at, unread_count = unread_count + 1, last_client_body = i.preview,
        waiting_since = coalesce(waiting_since, i.at)
      FROM input i, locked l
      WHERE s.id = i.session_id AND l.id = s.id AND s.control_epoch = i.control_epoch AND s.listeners = i.listeners
        -- The message that starts a clock is the transaction's.
        AND (s.timed = 0 OR s.waiting_since IS NOT NULL)
      RETURNING i.place, s.message_count AS number
    ), stored AS (
      INSERT INTO messages (id, session_id, organization_id, client_id, number, author_type, author_id, author_name, type,
        body, local_id, created_at, updated_at)
      SELECT id, session_id, organization_id, client_id, number, 'CLIENT', client_id, author_name, 'TEXT', body, local_id,
        at, at
      FROM taken JOIN input USING (place)
    ), heard AS (
      SELECT place, feed, row_number() OVER (PARTITION BY feed ORDER BY place) AS nth
      FROM taken JOIN input USING (place), unnest(string_to_array(feeds, ',')) AS feed
    ), placed AS (
      INSERT INTO feeds (name, top) SELECT feed, count(*) FROM heard GROUP BY feed ORDER BY feed
      ON CONFLICT (name) DO UPDATE SET top = feeds.top + excluded.top
      RETURNING name, top
    ), numbered AS (
      SELECT h.place, h.feed, p.top - max(h.nth) OVER (PARTITION BY h.feed) + h.nth AS feed_offset
      FROM heard h JOIN placed p ON p.name = h.feed
    ), appended AS (
      INSERT INTO events (feed, feed_offset, data, at)
      SELECT feed, feed_offset, head || number || tail, at
      FROM numbered JOIN taken USING (place) JOIN input USING (place)
    )
    SELECT place, feed, feed_offset AS offset, number FROM numbered JOIN taken USING (place)`,
};
