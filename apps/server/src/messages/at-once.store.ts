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
}

export const findTarget = async (
  prepared: Prepared,
  { clientId, channelId }: { clientId: string; channelId: string },
): Promise<Target | undefined> => {
  const [target] = await prepared<Target>(findTargetStatement, [clientId, channelId]);
  return target;
};

const findTargetStatement = {
  name: 'find-target',
  text: `
    SELECT c.name, c.banned_at, s.id AS session_id, s.organization_id, s.status, s.operator_id, s.control_epoch,
      s.listeners
    FROM clients c
    LEFT JOIN sessions s ON s.client_id = c.id AND s.channel_id = $2 AND s.status <> 'CLOSED'
    WHERE c.id = $1`,
};

export interface Place {
  feed: string;
  offset: number;
  number: number;
}

/**
 * The whole transaction of a client's message in one statement: number, row, places, events. Only while the session is
 * what the target says; else it stores nothing and answers no place. The event's text is split where its number goes.
 */
export const storeClientMessage = (
  prepared: Prepared,
  target: Target,
  row: MessageRow,
  kept: { lastMessage: string; preview: string; feeds: string[]; head: string; tail: string },
): Promise<Place[]> =>
  prepared<Place>(storeStatement, [
    row.session_id,
    target.control_epoch,
    target.listeners,
    row.created_at,
    kept.lastMessage,
    kept.preview,
    row.id,
    row.organization_id,
    row.client_id,
    row.author_name,
    row.body,
    row.local_id,
    kept.feeds,
    kept.head,
    kept.tail,
  ]);

const storeStatement = {
  name: 'store-client-message',
  text: `
    WITH taken AS (
      UPDATE sessions SET message_count = message_count + 1, revision = revision + 1, last_message = $5,
        last_message_at = $4, unread_count = unread_count + 1, last_client_body = $6,
        waiting_since = coalesce(waiting_since, $4)
      WHERE id = $1 AND control_epoch = $2 AND listeners = $3
      RETURNING message_count
    ), stored AS (
      INSERT INTO messages (id, session_id, organization_id, client_id, number, author_type, author_id, author_name, type,
        body, local_id, created_at, updated_at)
      SELECT $7, $1, $8, $9, message_count, 'CLIENT', $9, $10, 'TEXT', $11, $12, $4, $4 FROM taken
    ), placed AS (
      INSERT INTO feeds (name, top) SELECT name, 1 FROM taken, unnest($13::text[]) AS name ORDER BY name
      ON CONFLICT (name) DO UPDATE SET top = feeds.top + 1
      RETURNING name, top
    ), appended AS (
      INSERT INTO events (feed, feed_offset, data, at)
      SELECT name, top, $14::text || message_count || $15::text, $4 FROM placed, taken
    )
    SELECT placed.name AS feed, placed.top AS offset, taken.message_count AS number FROM placed, taken`,
};
