import { demo } from '../demo.ts';

/** What a company of 200 operators has behind it. In SQL that both engines understand, made by the engine itself. */
export interface Size {
  sessions: number;
  messages: number;
  /** Unix milliseconds: the last session began a moment before. */
  now: number;
}

export const crowd = { operators: 200, groups: 8, open: 200, firstOperator: 1001, firstGroup: 501 } as const;
/** Has fifty open sessions, in no group and in their own. */
export const busyOperator = crowd.firstOperator;
const openOfBusy = 50;
/** A conversation of months, among those that are open. */
const longSession = { messages: 5000, readEvery: 2 } as const;
const days = 90;
// As many conversations as go on at the same time: their messages lie mixed, as they came.
const atOnce = 100;

const digits = (value: string, count: number) => `substr(cast(${10 ** count} + (${value}) AS text), 2)`;
const uuid = (kind: number, value: string) => `'0${kind}000000-0000-7000-8000-' || ${digits(value, 12)}`;
const oneOf = (index: string, words: string[]) =>
  `CASE (${index}) % ${words.length} ${words.map((word, at) => `WHEN ${at} THEN '${word}'`).join(' ')} END`;
const numbers = (from: number, to: number) =>
  `WITH RECURSIVE n(i) AS (SELECT cast(${from} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`;

export const sessionId = (number: number): string => `02000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** The newest of the busy operator's. */
export const longSessionNumber = ({ sessions }: Size): number => sessions;
export const clientOf = (size: Size, number: number): string =>
  `01000000-0000-7000-8000-${String(number % (size.sessions / 2)).padStart(12, '0')}`;

export function historyOf(size: Size): string[] {
  const { sessions, now } = size;
  const gap = Math.floor((days * 86_400_000) / sessions);
  const startedAt = `${now} - (${sessions} - i) * ${gap} - 60000`;
  // Every second one of the newest: the others of that time are closed by now.
  const isOpen = `i > ${sessions - 2 * crowd.open} AND i % 2 = 0`;
  const nth = `(${sessions} - i) / 2`;
  const isBusyOnes = `(${isOpen} AND ${nth} < ${openOfBusy})`;
  const status = `CASE WHEN NOT (${isOpen}) THEN 'CLOSED' WHEN ${nth} < 120 THEN 'ACTIVE' WHEN ${nth} < 170 THEN 'HELP'
    WHEN ${nth} < 190 THEN 'BOT' ELSE 'PAUSED' END`;
  const anyOperator = `${crowd.firstOperator} + i * 7919 % ${crowd.operators}`;
  const operator = `CASE WHEN ${isBusyOnes} THEN ${busyOperator} WHEN ${status} IN ('HELP', 'BOT') THEN NULL
    ELSE ${anyOperator} END`;
  const group = `CASE WHEN i % 4 < 2 THEN NULL ELSE ${crowd.firstGroup} + i / 4 % ${crowd.groups} END`;
  const tags = `CASE WHEN i % 100 = 0 THEN '["vip","refund"]' WHEN i % 20 = 0 THEN '["refund"]' ELSE '[]' END`;
  const lastMessage = `'{"id":"' || ${uuid(3, 'i')} || '","authorId":"' || ${uuid(1, `i % ${sessions / 2}`)} ||
    '","authorType":"CLIENT","authorName":"","type":"TEXT","body":"${body}","attachments":[],"createdAt":"2026-03-02T21:00:00.000Z","readAt":null}'`;
  const { least, most, onePlusOf100 } = lengthsOf(size);
  const count = `CASE WHEN i = ${longSessionNumber(size)} THEN ${longSession.messages}
    ELSE ${least} + i * 7919 % ${most - least + 1} + CASE WHEN i % 100 < ${onePlusOf100} THEN 1 ELSE 0 END END`;
  return [
    `${numbers(0, crowd.operators - 1)} INSERT INTO operators
      (id, company_id, organization_id, name, role, status, max_sessions, open_sessions, created_at)
      SELECT ${crowd.firstOperator} + i, o.company_id, o.id, 'Operator ' || i, 'OPERATOR', 0, ${openOfBusy}, 0, ${now}
      FROM n, organizations o WHERE o.id = ${demo.organizationId}`,
    `${numbers(0, crowd.groups - 1)} INSERT INTO groups (id, organization_id, name, created_at)
      SELECT ${crowd.firstGroup} + i, ${demo.organizationId}, 'Group ' || i, ${now} FROM n`,
    `INSERT INTO group_members (group_id, operator_id) SELECT g.id, o.id FROM groups g, operators o
      WHERE g.id >= ${crowd.firstGroup} AND o.id >= ${crowd.firstOperator} AND (o.id + g.id) % ${crowd.groups} IN (0, 3)`,
    `${numbers(0, sessions / 2 - 1)} INSERT INTO clients
      (id, organization_id, channel_id, name, external_id, created_at)
      SELECT ${uuid(1, 'i')}, ${demo.organizationId}, '${demo.channelId}',
        ${oneOf('i', ['Olena', 'Taras', 'Ann', 'Юлія', 'Robert', 'Nina', ''])} || ' ' || i,
        CASE WHEN i % 3 = 0 THEN 'crm-' || i END, ${now} FROM n`,
    `${numbers(1, sessions)} INSERT INTO sessions
      (id, number, organization_id, channel_id, client_id, group_id, name, status, operator_id, operator_assigned_at,
       message_count, unread_count, last_message, last_message_at, last_client_body, waiting_since, help_since, tags, ttl,
       wake_at, started_at, closed_at, closed_by)
      SELECT ${uuid(2, 'i')}, i, ${demo.organizationId}, '${demo.channelId}', ${uuid(1, `i % ${sessions / 2}`)}, ${group},
        CASE WHEN i % 10 = 0 THEN 'Order ' || i ELSE '' END, ${status}, ${operator}, ${startedAt} + 5000,
        ${count}, CASE WHEN ${isOpen} THEN i % 5 ELSE 0 END, ${lastMessage}, ${startedAt} + 50000, '${body}',
        CASE WHEN ${isOpen} THEN ${startedAt} + 50000 END, CASE WHEN ${status} = 'HELP' THEN ${startedAt} END, ${tags}, 86400,
        CASE WHEN ${isOpen} THEN ${now + 7 * 86_400_000} END, ${startedAt},
        CASE WHEN NOT (${isOpen}) THEN ${startedAt} + 60000 END, CASE WHEN NOT (${isOpen}) THEN 'OPERATOR' END FROM n`,
    `UPDATE operators SET open_sessions =
      (SELECT count(*) FROM sessions s WHERE s.operator_id = operators.id AND s.status IN ('ACTIVE', 'PAUSED'))
      WHERE id >= ${crowd.firstOperator}`,
    messagesOf(`s.number <> ${longSessionNumber(size)}`, most + 1),
    messagesOf(`s.number = ${longSessionNumber(size)}`, longSession.messages),
    `${numbers(1, longSession.messages)} INSERT INTO read_marks (session_id, reader, number, at)
      SELECT id, CASE i / ${longSession.readEvery} % 2 WHEN 1 THEN 'OPERATOR' ELSE 'CLIENT' END, i, started_at + i * 5 + 1
      FROM sessions, n WHERE number = ${longSessionNumber(size)} AND i % ${longSession.readEvery} = 0`,
  ];
}

/** From half of the mean to one and a half, so that they come to the asked number of messages. */
function lengthsOf({ sessions, messages }: Size) {
  const mean = (messages - longSession.messages) / sessions;
  const half = Math.floor(mean / 2);
  return {
    least: Math.floor(mean) - half,
    most: Math.floor(mean) + half,
    onePlusOf100: Math.round((mean % 1) * 100),
  };
}

/** In the order in which they came, and so do their ids rise. */
function messagesOf(which: string, longest: number): string {
  const id = `'03000000-00' || substr(block, 1, 2) || '-7' || substr(block, 3, 3) || '-8000-0000' || ${digits('i', 5)} ||
    ${digits(`number % ${atOnce}`, 3)}`;
  const byClient = (one: string, other: string) => `CASE i % 2 WHEN 1 THEN ${one} ELSE ${other} END`;
  return `${numbers(1, longest)} INSERT INTO messages
    (id, session_id, organization_id, client_id, number, author_type, author_id, author_name, type, body, local_id,
     created_at, updated_at)
    SELECT ${id}, id, organization_id, client_id, i, ${byClient(`'CLIENT'`, `'OPERATOR'`)},
      ${byClient('client_id', `cast(coalesce(operator_id, ${busyOperator}) AS text)`)}, ${byClient(`''`, `'Operator'`)}, 'TEXT',
      '${body}', ${byClient(`'local-' || i || '-' || number`, 'NULL')}, started_at + i * 5, started_at + i * 5
    FROM (SELECT s.*, ${digits(`s.number / ${atOnce}`, 5)} AS block FROM sessions s WHERE ${which}) t
      JOIN n ON n.i <= t.message_count ORDER BY block, n.i, number`;
}

const body = 'Hello, my parcel should have been here on Tuesday. Could you have a look where it is, please?';
