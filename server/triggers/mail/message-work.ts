// What there is to do for mails that were announced or listed: whose they are, and which recipes still want them.
import type { Db } from '../../database/schema.ts'
import { type EnabledRecipe, enabledRecipesOf } from '../../recipe-book/recipe-store.ts'
import { markMessage, type MessageJob, parkMessage, whenSeen } from '../../inbox/mark-store.ts'
import { findMailboxes, type Mailbox } from '../../mailboxes/mailbox-store.ts'
import { whatIsDecided } from '../../runs/run-store.ts'

export type Candidate = EnabledRecipe & { /** It has taken up this mail already. */ isBegun: boolean }
export type Work = { mailbox: Mailbox; recipes: Candidate[]; seenAt: Date }

/** For many jobs at once, in their order. */
export async function workOn(trx: Db, jobs: MessageJob[]): Promise<(Work | 'nothing' | 'not yet')[]> {
  const mailboxes = await findMailboxes(trx, [...new Set(jobs.map(({ connectionId }) => connectionId))])
  const recipes = await enabledRecipesOf(trx, [...new Set([...mailboxes.values()].map(({ personId }) => personId))])
  const wantingOf = (connectionId: string) => recipes.get(mailboxes.get(connectionId)?.personId ?? '') ?? []
  const personOf = (connectionId: string) => mailboxes.get(connectionId)?.personId ?? ''
  const decided = await whatIsDecided(
    trx,
    jobs.flatMap(({ connectionId, messageId }) =>
      wantingOf(connectionId).map(({ id }) => ({ recipeId: id, personId: personOf(connectionId), messageId })),
    ),
  )
  const seen = await whenSeen(trx, jobs)

  const work: (Work | 'nothing' | 'not yet')[] = []
  for (const job of jobs) {
    const mailbox = mailboxes.get(job.connectionId)
    const open = wantingOf(job.connectionId).flatMap((recipe) => {
      const known = decided({ recipeId: recipe.id, personId: personOf(job.connectionId), messageId: job.messageId })
      return known === 'settled' ? [] : [{ ...recipe, isBegun: known === 'open' }]
    })
    if (mailbox === undefined) work.push('nothing')
    else if (mailbox.status === 'connecting') work.push('not yet')
    else if (mailbox.status === 'active' && open.length > 0)
      work.push({ mailbox, recipes: open, seenAt: seen(job.connectionId, job.messageId) ?? new Date() })
    else if (mailbox.status === 'active') {
      await markMessage(trx, job, 'treated')
      work.push('nothing')
    } else work.push((await parkMessage(trx, job)) ? 'nothing' : 'not yet')
  }
  return work
}
