import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../dialect.ts';

/** What sessions, groups, channels and bots need beyond the first message. */
export async function operatorFace(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const int = dialect.bigint;
  // One column a statement: SQLite knows no other way.
  const add = (table: string, name: string, type: 'text' | 'integer' | 'bigint', byDefault?: string | number) =>
    db.schema
      .alterTable(table)
      .addColumn(name, type, (column) => (byDefault === undefined ? column : column.notNull().defaultTo(byDefault)))
      .execute();

  await add('organizations', 'offline_grace', 'integer', 120);
  await add('organizations', 'may_edit', 'integer', 1);
  await add('organizations', 'may_delete', 'integer', 1);
  await add('organizations', 'change_seconds', 'integer');
  await add('organizations', 'positions_at', int);

  await add('operators', 'phone', 'text');
  await add('operators', 'settings', 'text', '{}');
  await add('operators', 'reroute_at', int);

  await add('groups', 'deleted_at', int);

  await add('sign_ins', 'by_company', 'integer', 0);
  await db.schema
    .createTable('nodes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', int, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('connections')
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('sign_in_id', 'text', (column) => column.notNull())
    .addColumn('login', 'text', (column) => column.notNull())
    .addColumn('gone_at', int)
    .addPrimaryKeyConstraint('connections_key', ['subject', 'sign_in_id', 'node_id'])
    .execute();

  await db.schema
    .createTable('bots')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', int, (column) => column.notNull().references('organizations.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('script', 'text', (column) => column.notNull())
    .addColumn('created_at', int, (column) => column.notNull())
    .addColumn('updated_at', int, (column) => column.notNull())
    .addColumn('deleted_at', int)
    .execute();

  await add('channels', 'bot_id', 'text');
  await add('channels', 'priority', 'integer', 0);
  await add('channels', 'allowable_idle', 'integer', 0);
  await add('channels', 'timer_first_answer', 'integer');
  await add('channels', 'timer_next_answers', 'integer');
  await add('channels', 'hours', 'text');
  await add('channels', 'results', 'text', '[]');
  await add('channels', 'sticky_wait', 'integer', 0);
  await add('channels', 'after_closing', 'text', 'lastOperator');
  await add('channels', 'while_offline', 'text', 'help');
  await add('channels', 'while_busy', 'text', 'help');
  await add('channels', 'waiting_steps', 'text', '{}');
  await add('channels', 'deleted_at', int);

  await add('clients', 'phone', 'text');
  await add('clients', 'email', 'text');

  await add('sessions', 'bot_id', 'text');
  await add('sessions', 'bot_state', 'text');
  await add('sessions', 'bot_status', 'text');
  await add('sessions', 'timer_first_answer', 'integer');
  await add('sessions', 'timer_next_answers', 'integer');
  await add('sessions', 'timed', 'integer', 0);
  await add('sessions', 'answer_due_at', int);
  await add('sessions', 'answer_late', 'integer', 0);
  await add('sessions', 'idle_from', int);
  await add('sessions', 'wake_at', int);
  await add('sessions', 'paused_at', int);
  await add('sessions', 'paused_until', int);
  await add('sessions', 'steps_said', 'text', '[]');
  await add('sessions', 'reserved_for', int);
  await add('sessions', 'reserved_until', int);
  await add('sessions', 'told_position', 'integer');
  await add('sessions', 'forced', 'integer', 0);
  await add('sessions', 'silent_from', int);
  await add('sessions', 'served_at', int);

  await add('messages', 'keyboard', 'text');
  await add('messages', 'answers', 'text');
  await db.schema
    .createTable('message_versions')
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('operator_id', int)
    .addColumn('at', int, (column) => column.notNull())
    .addPrimaryKeyConstraint('message_versions_key', ['message_id', 'version'])
    .execute();

  // What was opened before there were timers closes too, and whoever is gone already has been gone long enough.
  await sql`UPDATE sessions SET wake_at = started_at + ttl * 1000 WHERE status <> 'CLOSED'`.execute(db);
  await sql`UPDATE operators SET reroute_at = created_at WHERE online = 0 AND open_sessions > 0`.execute(db);

  const index = (text: string) => sql.raw(`CREATE INDEX ${text}`).execute(db);
  // Rows are their own timers: what the clock must look at next, in order.
  await index(`sessions_to_wake ON sessions (wake_at) WHERE wake_at IS NOT NULL`);
  await index(`operators_to_reroute ON operators (reroute_at) WHERE reroute_at IS NOT NULL`);
  await index(`connections_to_end ON connections (gone_at) WHERE gone_at IS NOT NULL`);
  await index(`organizations_to_tell ON organizations (positions_at) WHERE positions_at IS NOT NULL`);
  // Who stands where in help.
  await index(
    `sessions_in_group_help ON sessions (organization_id, group_id, priority DESC, help_since, number) WHERE status = 'HELP'`,
  );
  // The few of help that wait for one operator: looked for whenever a place is freed.
  await index(`sessions_reserved ON sessions (organization_id, reserved_until) WHERE reserved_until IS NOT NULL`);
  // How quickly help is served.
  await index(`sessions_served ON sessions (organization_id, group_id, served_at) WHERE served_at IS NOT NULL`);
  await index(`messages_by_replied ON messages (reply_to_id) WHERE reply_to_id IS NOT NULL`);
  // Lists, newest first.
  await index(`sessions_by_number ON sessions (organization_id, number)`);
  // Whose second operator somebody is.
  await index(`session_operators_by_operator ON session_operators (operator_id)`);
  await index(`bots_by_organization ON bots (organization_id)`);
  await index(`channels_by_organization ON channels (organization_id)`);
}
