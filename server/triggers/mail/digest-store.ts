// Which message stands for a mail, for each recipe: the one that it has acted on first.
import { sql } from 'kysely'
import { builtOnce } from '../../database/built-once.ts'
import type { Db } from '../../database/schema.ts'
import { isOpen } from '../../runs/run-row-store.ts'

type Standing = { tenantId: string; personId: string; recipeId: string; messageId: string; digest: Buffer }

/**
 * Whether the recipe may act on this message: no other one with the same digest has come before, or that one came to nothing.
 * Two that come at once wait for each other.
 */
export async function standsForMail(trx: Db, standing: Standing): Promise<boolean> {
  const { rows } = await trx.executeQuery(takingPlace(standing))
  return rows.length > 0
}

/** The message that stands for the mail instead. */
export async function whichStands(trx: Db, { recipeId, digest }: Pick<Standing, 'recipeId' | 'digest'>): Promise<string> {
  const standing = trx.selectFrom('message_digests').where('recipe_id', '=', recipeId).where('digest', '=', digest)
  return (await standing.select('message_id').executeTakeFirstOrThrow()).message_id
}

const takingPlace = builtOnce(
  (_, { tenantId, personId, recipeId, messageId, digest }: Standing) => sql<{ stands: true }>`
    insert into message_digests (recipe_id, digest, tenant_id, person_id, message_id)
    values (${recipeId}, ${digest}, ${tenantId}, ${personId}, ${messageId})
    on conflict (recipe_id, digest) do update set message_id = excluded.message_id
      where message_digests.message_id = excluded.message_id or exists (
        select from runs
        where runs.recipe_key = message_digests.recipe_id and runs.message_id = message_digests.message_id and (${isOpen()}
          or runs.outcome in ('failed', 'needs-you')
            and not exists (select from actions where actions.run_id = runs.id and actions.outcome in ('done', 'undone'))
            and not exists (select from intents where intents.run_id = runs.id)))
    returning true as stands`,
)
