// By which a mail is known again that comes back under another id, and when Graph is asked again for a subscription that it refused.
import { type Kysely, sql } from 'kysely'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // For each recipe, which message it has acted on, and a keyed digest of what makes that message itself (see
  // messages/mail-digest.ts). Kept as long as the recipe is: a mail may come back from the archive after years.
  `create table message_digests (
    recipe_id uuid not null references recipes on delete cascade,
    digest bytea not null,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    message_id text not null,
    primary key (recipe_id, digest)
  )`,
  `create index message_digests_person on message_digests (person_id)`,
  `alter table message_digests enable row level security`,
  `alter table message_digests force row level security`,
  `grant select, insert, update on message_digests to mailboard_app`,
  `create policy of_person on message_digests to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,

  // refusals: how often in a row Graph has refused to call for this mailbox; subscribe_at: when it is asked again (see
  // subscriptions/refusals.ts).
  `alter table connections add column refusals integer not null default 0, add column subscribe_at timestamptz`,
  `create index connections_subscribe on connections (subscribe_at) where subscribe_at is not null`,
]
