import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Dialect } from '../dialect.ts';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0);

export async function firstTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const int = dialect.bigint;
  const create = (
    name: string,
    shape: (table: CreateTableBuilder<string, never>) => CreateTableBuilder<string, string>,
  ) => shape(db.schema.createTable(name) as CreateTableBuilder<string, never>).execute();
  const refers = (table: string) => (column: ColumnDefinitionBuilder) => column.notNull().references(`${table}.id`);

  await create('settings', (t) =>
    t.addColumn('name', 'text', (c) => c.primaryKey()).addColumn('value', 'text', required),
  );
  await create('companies', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('name', 'text', required)
      .addColumn('login', 'text', (c) => c.notNull().unique())
      .addColumn('password_hash', 'text', required)
      .addColumn('created_at', int, required),
  );
  await create('api_keys', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('company_id', int, refers('companies'))
      .addColumn('name', 'text', required)
      .addColumn('hash', 'text', (c) => c.notNull().unique())
      .addColumn('created_at', int, required)
      .addColumn('last_used_at', int)
      .addColumn('revoked_at', int),
  );
  await create('organizations', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('company_id', int, refers('companies'))
      .addColumn('name', 'text', required)
      .addColumn('max_sessions', 'integer', required)
      .addColumn('created_at', int, required),
  );
  await create('operators', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('company_id', int, refers('companies'))
      .addColumn('organization_id', int, (c) => c.references('organizations.id'))
      .addColumn('name', 'text', required)
      .addColumn('email', 'text', (c) => c.unique())
      .addColumn('password_hash', 'text')
      .addColumn('role', 'text', required)
      .addColumn('status', 'integer', required)
      .addColumn('external_id', 'text')
      .addColumn('max_sessions', 'integer')
      .addColumn('online', 'integer', zero)
      .addColumn('paused', 'integer', zero)
      .addColumn('open_sessions', 'integer', (c) => c.notNull().defaultTo(0).check(sql`open_sessions >= 0`))
      .addColumn('last_session_at', int)
      .addColumn('created_at', int, required)
      .addUniqueConstraint('operators_external_id', ['organization_id', 'external_id']),
  );
  await create('groups', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('organization_id', int, refers('organizations'))
      .addColumn('name', 'text', required)
      .addColumn('timer_first_answer', 'integer')
      .addColumn('timer_next_answers', 'integer')
      .addColumn('created_at', int, required),
  );
  await create('group_members', (t) =>
    t
      .addColumn('group_id', int, refers('groups'))
      .addColumn('operator_id', int, refers('operators'))
      .addPrimaryKeyConstraint('group_members_key', ['group_id', 'operator_id']),
  );
  await create('sign_ins', (t) =>
    t
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('operator_id', int, refers('operators'))
      .addColumn('created_at', int, required)
      .addColumn('expires_at', int, required)
      .addColumn('revoked_at', int),
  );
  await create('refresh_tokens', (t) =>
    t
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('sign_in_id', 'text', refers('sign_ins'))
      .addColumn('expires_at', int, required)
      .addColumn('used_at', int),
  );
  await create('channels', (t) =>
    t
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('organization_id', int, refers('organizations'))
      .addColumn('name', 'text', required)
      .addColumn('messenger_type', 'text', required)
      .addColumn('group_id', int, (c) => c.references('groups.id'))
      .addColumn('greeting', 'text')
      .addColumn('busy_message', 'text')
      .addColumn('colours', 'text', required)
      .addColumn('allowed_origins', 'text', required)
      .addColumn('session_ttl', 'integer', required)
      .addColumn('created_at', int, required),
  );
  await create('clients', (t) =>
    t
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('organization_id', int, refers('organizations'))
      .addColumn('channel_id', 'text', refers('channels'))
      .addColumn('name', 'text')
      .addColumn('external_id', 'text')
      .addColumn('language', 'text')
      .addColumn('page', 'text')
      .addColumn('banned_at', int)
      .addColumn('online_at', int)
      .addColumn('offline_at', int)
      .addColumn('created_at', int, required),
  );
  await create('sessions', (t) =>
    t
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('number', int, dialect.identity)
      .addColumn('organization_id', int, refers('organizations'))
      .addColumn('channel_id', 'text', refers('channels'))
      .addColumn('client_id', 'text', refers('clients'))
      .addColumn('group_id', int, (c) => c.references('groups.id'))
      .addColumn('name', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('operator_id', int, (c) => c.references('operators.id'))
      .addColumn('operator_assigned_at', int)
      .addColumn('previous_operator_id', int)
      .addColumn('control_epoch', 'integer', zero)
      .addColumn('listeners', 'text', (c) => c.notNull().defaultTo('[]'))
      .addColumn('revision', 'integer', zero)
      .addColumn('priority', 'integer', zero)
      .addColumn('message_count', 'integer', zero)
      .addColumn('unread_count', 'integer', zero)
      .addColumn('last_message', 'text')
      .addColumn('last_message_at', int)
      .addColumn('last_client_body', 'text')
      .addColumn('last_operator_message_at', int)
      .addColumn('waiting_since', int)
      .addColumn('operator_read_number', 'integer', zero)
      .addColumn('client_read_number', 'integer', zero)
      .addColumn('help_since', int)
      .addColumn('busy_told', 'integer', zero)
      .addColumn('marked_as_spam', 'integer', zero)
      .addColumn('referer', 'text')
      .addColumn('tags', 'text', (c) => c.notNull().defaultTo('[]'))
      .addColumn('result', 'text')
      .addColumn('ttl', 'integer', required)
      .addColumn('started_at', int, required)
      .addColumn('closed_at', int)
      .addColumn('closed_by', 'text'),
  );
  await create('session_operators', (t) =>
    t
      .addColumn('session_id', 'text', refers('sessions'))
      .addColumn('operator_id', int, refers('operators'))
      .addColumn('assigned_at', int, required)
      .addPrimaryKeyConstraint('session_operators_key', ['session_id', 'operator_id']),
  );
  await create('read_marks', (t) =>
    t
      .addColumn('session_id', 'text', refers('sessions'))
      .addColumn('reader', 'text', required)
      .addColumn('number', 'integer', required)
      .addColumn('at', int, required)
      .addPrimaryKeyConstraint('read_marks_key', ['session_id', 'reader', 'number']),
  );
  await create('messages', (t) =>
    t
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('session_id', 'text', refers('sessions'))
      .addColumn('organization_id', int, required)
      .addColumn('client_id', 'text', required)
      .addColumn('number', 'integer', required)
      .addColumn('author_type', 'text', required)
      .addColumn('author_id', 'text')
      .addColumn('author_name', 'text', required)
      .addColumn('type', 'text', required)
      .addColumn('body', 'text', required)
      .addColumn('reply_to_id', 'text')
      .addColumn('local_id', 'text')
      .addColumn('created_at', int, required)
      .addColumn('updated_at', int, required)
      .addColumn('edited_at', int)
      .addColumn('deleted_at', int)
      .addPrimaryKeyConstraint('messages_key', ['session_id', 'number']),
  );
  await create('routing_decisions', (t) =>
    t
      .addColumn('id', int, dialect.identity)
      .addColumn('session_id', 'text', refers('sessions'))
      .addColumn('organization_id', int, required)
      .addColumn('at', int, required)
      .addColumn('cause', 'text', required)
      .addColumn('operator_id', int)
      .addColumn('candidates', 'text', required),
  );
  await create('feeds', (t) => t.addColumn('name', 'text', (c) => c.primaryKey()).addColumn('top', int, required));
  await create('events', (t) =>
    t
      .addColumn('feed', 'text', required)
      .addColumn('feed_offset', int, required)
      .addColumn('data', 'text', required)
      .addColumn('at', int, required)
      .addPrimaryKeyConstraint('events_key', ['feed', 'feed_offset']),
  );
  await create('idempotency', (t) =>
    t
      .addColumn('owner', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('request_hash', 'text', required)
      .addColumn('answer', 'text', required)
      .addColumn('created_at', int, required)
      .addPrimaryKeyConstraint('idempotency_key', ['owner', 'key']),
  );

  // At most one open session per client and channel; one stored message per localId.
  await sql`CREATE UNIQUE INDEX sessions_one_open ON sessions (channel_id, client_id) WHERE status <> 'CLOSED'`.execute(
    db,
  );
  await sql`CREATE UNIQUE INDEX messages_client_local_id ON messages (client_id, local_id) WHERE author_type = 'CLIENT' AND local_id IS NOT NULL`.execute(
    db,
  );
  await sql`CREATE UNIQUE INDEX messages_other_local_id ON messages (session_id, local_id) WHERE author_type <> 'CLIENT' AND local_id IS NOT NULL`.execute(
    db,
  );
  const index = (name: string, on: string) => sql.raw(`CREATE INDEX ${name} ON ${on}`).execute(db);
  await index('operators_by_organization', 'operators (organization_id, id)');
  await index('sessions_by_operator', 'sessions (operator_id, status)');
  await index('sessions_by_client', 'sessions (client_id, number)');
  await index('sessions_by_start', 'sessions (organization_id, started_at)');
  await index('sessions_by_status', 'sessions (organization_id, status, number)');
  await index(
    'sessions_in_help',
    `sessions (organization_id, priority DESC, help_since, number) WHERE status = 'HELP'`,
  );
  await index('sign_ins_by_operator', 'sign_ins (operator_id)');
  await index('group_members_by_operator', 'group_members (operator_id)');
  await index('decisions_by_session', 'routing_decisions (session_id)');
  await dialect.indexOldEvents(db);
  await index('idempotency_by_time', 'idempotency (created_at)');
}
