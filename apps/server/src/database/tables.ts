import type { Generated } from 'kysely';

/** One schema type for both engines. Times are Unix milliseconds, flags 0 or 1, JSON is text: rows come back equal. */
export interface Tables {
  settings: { name: string; value: string };
  companies: {
    id: Generated<number>;
    name: string;
    login: string;
    password_hash: string;
    created_at: number;
  };
  api_keys: {
    id: Generated<number>;
    company_id: number;
    name: string;
    hash: string;
    created_at: number;
    last_used_at: number | null;
    revoked_at: number | null;
  };
  organizations: {
    id: Generated<number>;
    company_id: number;
    name: string;
    max_sessions: number;
    /** Seconds an operator may be offline before their sessions go to others. */
    offline_grace: Generated<number>;
    may_edit: Generated<number>;
    may_delete: Generated<number>;
    /** How long after sending a message may be edited or deleted; null: always. */
    change_seconds: Generated<number | null>;
    /** When those who wait in help are told their new places. */
    positions_at: Generated<number | null>;
    created_at: number;
  };
  operators: {
    id: Generated<number>;
    company_id: number;
    organization_id: number | null;
    name: string;
    email: string | null;
    password_hash: string | null;
    role: string;
    status: number;
    external_id: string | null;
    max_sessions: number | null;
    online: Generated<number>;
    paused: Generated<number>;
    open_sessions: Generated<number>;
    last_session_at: number | null;
    phone: Generated<string | null>;
    settings: Generated<string>;
    /** When their sessions go to others, because they are offline. */
    reroute_at: Generated<number | null>;
    created_at: number;
  };
  groups: {
    id: Generated<number>;
    organization_id: number;
    name: string;
    timer_first_answer: number | null;
    timer_next_answers: number | null;
    deleted_at: Generated<number | null>;
    created_at: number;
  };
  group_members: { group_id: number; operator_id: number };
  sign_ins: {
    id: string;
    operator_id: number;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
    /** By the company: all its tokens of an operator are one login. */
    by_company: Generated<number>;
  };
  refresh_tokens: {
    hash: string;
    sign_in_id: string;
    expires_at: number;
    used_at: number | null;
  };
  channels: {
    id: string;
    organization_id: number;
    name: string;
    messenger_type: string;
    group_id: number | null;
    greeting: string | null;
    busy_message: string | null;
    colours: string;
    allowed_origins: string;
    session_ttl: number;
    bot_id: Generated<string | null>;
    priority: Generated<number>;
    /** Seconds; 0 = off. */
    allowable_idle: Generated<number>;
    timer_first_answer: Generated<number | null>;
    timer_next_answers: Generated<number | null>;
    hours: Generated<string | null>;
    results: Generated<string>;
    sticky_wait: Generated<number>;
    after_closing: Generated<string>;
    while_offline: Generated<string>;
    while_busy: Generated<string>;
    waiting_steps: Generated<string>;
    deleted_at: Generated<number | null>;
    created_at: number;
  };
  bots: {
    id: string;
    organization_id: number;
    name: string;
    script: string;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
  };
  clients: {
    id: string;
    organization_id: number;
    channel_id: string;
    name: string | null;
    external_id: string | null;
    language: string | null;
    page: string | null;
    banned_at: number | null;
    online_at: number | null;
    offline_at: number | null;
    phone: Generated<string | null>;
    email: Generated<string | null>;
    created_at: number;
  };
  sessions: {
    id: string;
    number: Generated<number>;
    organization_id: number;
    channel_id: string;
    client_id: string;
    group_id: number | null;
    name: string;
    status: string;
    operator_id: number | null;
    operator_assigned_at: number | null;
    previous_operator_id: number | null;
    control_epoch: Generated<number>;
    listeners: Generated<string>;
    revision: Generated<number>;
    priority: Generated<number>;
    message_count: Generated<number>;
    unread_count: Generated<number>;
    last_message: string | null;
    last_message_at: number | null;
    last_client_body: string | null;
    last_operator_message_at: number | null;
    waiting_since: number | null;
    operator_read_number: Generated<number>;
    client_read_number: Generated<number>;
    help_since: number | null;
    busy_told: Generated<number>;
    marked_as_spam: Generated<number>;
    referer: string | null;
    tags: Generated<string>;
    result: string | null;
    ttl: number;
    bot_id: Generated<string | null>;
    bot_state: Generated<string | null>;
    bot_status: Generated<string | null>;
    timer_first_answer: Generated<number | null>;
    timer_next_answers: Generated<number | null>;
    /** Whether a client's message starts a clock: service level, idle operator or waiting steps. */
    timed: Generated<number>;
    answer_due_at: Generated<number | null>;
    answer_late: Generated<number>;
    /** Since when the present operator owes an answer. */
    idle_from: Generated<number | null>;
    /** When the clock must look at this session again. */
    wake_at: Generated<number | null>;
    paused_at: Generated<number | null>;
    paused_until: Generated<number | null>;
    steps_said: Generated<string>;
    /** The operator it waits for before others may have it. */
    reserved_for: Generated<number | null>;
    reserved_until: Generated<number | null>;
    told_position: Generated<number | null>;
    /** Given to an operator who was full. */
    forced: Generated<number>;
    /** The client's silence counts from here, where this is later than their last message: a pause is no silence. */
    silent_from: Generated<number | null>;
    /** When an operator got it out of help. */
    served_at: Generated<number | null>;
    started_at: number;
    closed_at: number | null;
    closed_by: string | null;
  };
  session_operators: { session_id: string; operator_id: number; assigned_at: number };
  read_marks: { session_id: string; reader: string; number: number; at: number };
  messages: {
    id: string;
    session_id: string;
    organization_id: number;
    client_id: string;
    number: number;
    author_type: string;
    author_id: string | null;
    author_name: string;
    type: string;
    body: string;
    reply_to_id: string | null;
    local_id: string | null;
    created_at: number;
    updated_at: number;
    edited_at: number | null;
    deleted_at: number | null;
    keyboard: Generated<string | null>;
    answers: Generated<string | null>;
  };
  message_versions: {
    message_id: string;
    version: number;
    body: string;
    operator_id: number | null;
    at: number;
  };
  routing_decisions: {
    id: Generated<number>;
    session_id: string;
    organization_id: number;
    at: number;
    cause: string;
    operator_id: number | null;
    candidates: string;
  };
  /** The processes on this database, each as it was seen last. */
  nodes: { id: string; seen_at: number };
  /** Who is here: one row for each process, subject and sign-in with live connections, kept for the grace after the last. */
  connections: {
    node_id: string;
    /** `operator:101`, `client:…`. */
    subject: string;
    /** Empty for clients. */
    sign_in_id: string;
    /** The sign-in, or `company` for all that the company issued. */
    login: string;
    /** When the grace ends; null: connected. */
    gone_at: number | null;
  };
  feeds: { name: string; top: number };
  events: { feed: string; feed_offset: number; data: string; at: number };
  idempotency: {
    owner: string;
    key: string;
    request_hash: string;
    answer: string;
    created_at: number;
  };
}
