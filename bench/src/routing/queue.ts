import { demo } from '../demo.ts';

/** Operators whose places are all taken, and a help that waits for them. In SQL for both engines. */
export const queue = { operators: 200, places: 5, inHelp: 2000 } as const;

const firstGroup = 501;
const nobodysGroup = firstGroup + 2;
const ours = `name LIKE 'Operator %' AND organization_id = ${demo.organizationId}`;
const first = `(SELECT min(id) FROM operators WHERE ${ours})`;

const uuid = (kind: number, value: string) =>
  `'0${kind}000000-0000-7000-8000-' || substr(cast(1000000000000 + ${value} AS text), 2)`;
export const sessionId = (number: number): string => `02000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** The sessions that operators have: from 1 to this number. */
const taken = queue.operators * queue.places;

/** `more`: what the measurement itself takes out of help. */
export function makeQueue(now: number, more: number): string[] {
  const count = taken + queue.inHelp + more;
  const numbers = `WITH RECURSIVE n(i) AS (SELECT cast(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const isTaken = `i <= ${taken}`;
  const startedAt = `${now} - (${count} - i) * 500`;
  const group = (index: number, members: string) => [
    `INSERT INTO groups (id, organization_id, name, created_at)
      VALUES (${firstGroup + index}, ${demo.organizationId}, 'Group ${index + 1}', ${now})`,
    `INSERT INTO group_members (group_id, operator_id) SELECT ${firstGroup + index}, id FROM operators WHERE ${ours} AND ${members}`,
  ];
  return [
    ...group(0, 'id % 2 = 0'),
    ...group(1, 'id % 2 = 1'),
    // Whom nobody serves.
    ...group(2, 'id < 0'),
    `${numbers} INSERT INTO clients (id, organization_id, channel_id, name, created_at)
      SELECT ${uuid(1, 'i')}, ${demo.organizationId}, '${demo.channelId}', 'Client ' || i, ${now} FROM n`,
    `${numbers} INSERT INTO sessions
      (id, organization_id, channel_id, client_id, group_id, name, status, operator_id, operator_assigned_at, help_since,
       ttl, wake_at, started_at)
      SELECT ${uuid(2, 'i')}, ${demo.organizationId}, '${demo.channelId}', ${uuid(1, 'i')},
        CASE WHEN ${isTaken} OR i % 2 = 0 THEN NULL ELSE ${firstGroup} + i / 2 % 2 END, '',
        CASE WHEN ${isTaken} THEN 'ACTIVE' ELSE 'HELP' END,
        CASE WHEN ${isTaken} THEN ${first} + i % ${queue.operators} END,
        CASE WHEN ${isTaken} THEN ${startedAt} END, CASE WHEN ${isTaken} THEN NULL ELSE ${startedAt} END,
        86400, ${now + 86_400_000}, ${startedAt} FROM n ORDER BY i`,
    `UPDATE operators SET open_sessions = ${queue.places} WHERE ${ours}`,
  ];
}

/** All of help waits for a group that nobody serves, and every operator has four places for others. */
export const freePlaces = (now: number): string[] => [
  `UPDATE sessions SET group_id = ${nobodysGroup} WHERE status = 'HELP'`,
  `UPDATE sessions SET status = 'CLOSED', closed_at = ${now}, closed_by = 'CLIENT', wake_at = NULL
    WHERE status = 'ACTIVE' AND number % ${queue.places} < 4`,
  `UPDATE operators SET open_sessions = (SELECT count(*) FROM sessions s
    WHERE s.operator_id = operators.id AND s.status IN ('ACTIVE', 'PAUSED')) WHERE ${ours}`,
];
