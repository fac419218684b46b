// Work that there will be no further attempt at is shown to its owner. Of what failed nothing is needed for that, and nothing
// loaded: no mail, no body of a recipe, no plan.
import { metrics } from '../../metrics.ts'
import { ProcessDied } from '../../jobs/attempt.ts'
import { asPerson, asSystem } from '../../people/unit-of-work.ts'
import { reasonOfGivingUp } from '../../runs/cause-of.ts'
import { recipesThatWanted } from './give-up-store.ts'
import { endGivenUp, type MessageJob, parkMessage } from '../../inbox/mark-store.ts'
import { findMailbox, type Mailbox } from '../../mailboxes/mailbox-store.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { insertRun } from '../../runs/run-store.ts'

/** Once for each recipe that wanted the mail. */
export async function giveUpOnMessage(deps: RunDeps, job: MessageJob, error: unknown): Promise<void> {
  const mailbox = await asSystem(deps.db, (trx) => findMailbox(trx, job.connectionId))
  if (mailbox === undefined) return
  if (mailbox.status !== 'active') {
    if (mailbox.status === 'connecting' || !(await asSystem(deps.db, (trx) => parkMessage(trx, job)))) throw new NotNow()
    return
  }
  const runIds = await asPerson(deps.db, mailbox, async (trx) => {
    const ids: string[] = []
    for (const recipe of await recipesThatWanted(trx, mailbox, job.messageId)) {
      const facts = { ...ownerOf(mailbox), connectionId: mailbox.connectionId, messageId: job.messageId }
      const given = { ...facts, event: 'mail' as const, recipe }
      const id = await insertRun(trx, given, { outcome: 'needs-you', reason: reasonOfGivingUp(error) })
      if (id !== undefined) ids.push(id)
    }
    await endGivenUp(trx, job, { isSuspect: error instanceof ProcessDied })
    return ids
  })
  metrics.runs.inc({ outcome: 'needs-you' }, runIds.length)
  await deps.tell(runIds.map((id) => ({ ...ownerOf(mailbox), kind: 'run', id })))
}

/** Tried again later, which giving up then is too. */
class NotNow extends Error {
  override name = 'NotNow'
  constructor() {
    super('The connection of this mail is just being made')
  }
}

const ownerOf = ({ tenantId, personId }: Mailbox) => ({ tenantId, personId })
