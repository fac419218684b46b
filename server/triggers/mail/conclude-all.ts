// Ends a mail for all recipes that want it, without a look at what it says.
import { metrics } from '../../metrics.ts'
import { asPerson } from '../../people/unit-of-work.ts'
import { markMessage, type MessageJob } from '../../inbox/mark-store.ts'
import type { Work } from './message-work.ts'
import type { Ended } from '../../actions/perform-at-once.ts'
import type { Reason } from '../../runs/run.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { isSince } from './since.ts'
import { endWith, factsOf } from './treat-message.ts'

type MessageEnd = { outcome: 'skipped' | 'needs-you'; reason: Reason; state: 'treated' | 'absent' }

export async function concludeAll(deps: RunDeps, job: MessageJob, { mailbox, recipes, seenAt }: Work, end: MessageEnd): Promise<void> {
  const { outcome, reason, state } = end
  const ended = await asPerson(deps.db, mailbox, async (trx) => {
    const all: Ended[] = []
    for (const recipe of recipes.filter((each) => isSince(each, seenAt)))
      all.push(await endWith(trx, factsOf(mailbox, recipe, job.messageId), { outcome, reason }))
    await markMessage(trx, job, state)
    return all
  })
  const words = ended.flatMap((each) => each.words)
  metrics.runs.inc({ outcome }, words.length)
  await deps.tell(words)
}
