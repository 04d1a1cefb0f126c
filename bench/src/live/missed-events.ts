import { join } from 'node:path';
import type { Message } from '@switchboard/protocol';
import { openSqlite } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';

export interface Missed {
  dataFolder: string;
  clientIds: string[];
  /** Events for each client. */
  count: number;
}

/** Events of clients who are not there, put straight into the database: a hundred thousand in a second or two. */
serveHelper<Missed, null>(async ({ dataFolder, clientIds, count }) => {
  const db = openSqlite(join(dataFolder, 'switchboard.db'));
  db.pragma('busy_timeout = 5000');
  const take = db.prepare(`INSERT INTO feeds (name, top) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET top = top + excluded.top RETURNING top`);
  const append = db.prepare('INSERT INTO events (feed, feed_offset, data, at) VALUES (?, ?, ?, ?)');
  const at = Date.now();
  db.exec('BEGIN IMMEDIATE');
  for (const id of clientIds) {
    const feed = `client:${id}`;
    const { top } = take.get(feed, count) as { top: number };
    for (let offset = top - count + 1; offset <= top; offset++) append.run(feed, offset, eventOf(id, at), at);
  }
  db.exec('COMMIT');
  db.close();
  return null;
});

function eventOf(clientId: string, at: number): string {
  const time = new Date(at).toISOString();
  const data: Message = {
    id: clientId,
    number: 1,
    sessionId: clientId,
    authorId: 101,
    authorType: 'OPERATOR',
    authorName: 'John Smith',
    type: 'TEXT',
    body: 'Your parcel is on its way, and should be with you on Thursday.',
    attachments: [],
    keyboard: [],
    answers: [],
    actions: {},
    replyTo: null,
    createdAt: time,
    updatedAt: time,
    editedAt: null,
    deletedAt: null,
    deliveredAt: null,
    readAt: null,
    localId: null,
  };
  return JSON.stringify({ event: 'chatMessageCreated', data, at: time });
}
