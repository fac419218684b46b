// The subject of a mail that no recipe matched, since nothing of it is kept: read now, because its owner asks for it.
import type { ReadSubject } from '../../../contract/activity.ts'
import type { MessageField } from '../../../recipes/fields.ts'
import { askMailbox, asMail, factsOf, readOne } from '../../mailboxes/ask-mailbox.ts'
import { mailOf } from '../../messages/mail-of.ts'
import { readMail } from '../../messages/read-mail.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import type { RunDeps } from '../../runs/run-deps.ts'

/** Subject, sender and time are always read. */
const noMore: ReadonlySet<MessageField> = new Set()

export function readSubject(deps: RunDeps, actor: Actor, messageId: string): Promise<ReadSubject> {
  return askMailbox(deps, actor, 'subject', async (asked) => {
    const fetched = await deps.content.inRoom(actor, (room) => readOne(asked, messageId, { fields: noMore, room }))
    const message = asMail(readMail(fetched, factsOf(asked.mailbox)))
    const { subject, from, receivedAt } = mailOf(message)
    return { messageId: message.id, subject, from, receivedAt }
  })
}
