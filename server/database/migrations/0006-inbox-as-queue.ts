// The inbox is the queue of mails: when a row is due, who has it under way, and how often it was tried.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // due_at: when it is taken up, or the claim of who has it lapses · attempt: the one that comes or is under way ·
  // misses: how often Graph did not find it · lapses: how often a claim ran out · again: announced while it was under way.
  `alter table inbox_messages
    add column due_at timestamptz not null default now(),
    add column claim uuid,
    add column attempt smallint not null default 1,
    add column misses smallint not null default 0,
    add column lapses smallint not null default 0,
    add column again boolean not null default false`,
  `update inbox_messages set due_at = seen_at where state = 'queued'`,
  `create index inbox_messages_due on inbox_messages (connection_id, due_at) where state = 'queued'`,
  // One mail of a mailbox at a time.
  `create unique index inbox_messages_under_way on inbox_messages (connection_id) where claim is not null and state = 'queued'`,
]
