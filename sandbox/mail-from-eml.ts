// Turns a raw message into what Outlook would show for it. No input makes it throw.
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import type { Importance, Mail, Recipient, Sensitivity } from './graph/message.ts'

export async function mailFromEml(raw: Uint8Array | string): Promise<Mail> {
  try {
    const parsed = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'arraybuffer' })
    return mailFromParsed(parsed)
  } catch {
    const text = typeof raw === 'string' ? raw : Buffer.from(raw).toString('latin1')
    return { subject: '', from: null, to: [], body: { contentType: 'text', content: text } }
  }
}

function mailFromParsed(email: Email): Mail {
  const header = (name: string) => email.headers.find(({ key }) => key === name)?.value
  const sentAt = dateFrom(email.date)
  const from = recipients(email.from ? [email.from] : [])[0] ?? null
  return {
    subject: email.subject ?? '',
    from,
    sender: recipients(email.sender ? [email.sender] : [])[0] ?? from,
    to: recipients(email.to),
    cc: recipients(email.cc),
    bcc: recipients(email.bcc),
    replyTo: recipients(email.replyTo),
    body:
      email.html === undefined
        ? { contentType: 'text', content: email.text ?? statusOf(email) }
        : { contentType: 'html', content: email.html },
    importance: importanceFrom(header('importance') ?? header('x-priority') ?? ''),
    sensitivity: sensitivityFrom(header('sensitivity') ?? ''),
    headers: email.headers.map(({ key, originalKey, value }) => ({ name: originalKey || key, value })),
    messageClass: messageClassFrom(header('content-type') ?? ''),
    attachments: email.attachments.map(attachmentFrom),
    ...(sentAt ? { sentAt } : {}),
    ...(email.messageId ? { internetMessageId: email.messageId } : {}),
  }
}

/** The delivery status is the text of a report that has no other. */
function statusOf({ attachments }: Email): string {
  const parts = attachments.filter(({ mimeType }) => mimeType === 'message/delivery-status').map(contentOf)
  return parts.map((content) => content.toString('utf8')).join('\n')
}

const contentOf = ({ content }: Attachment): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))

function recipients(addresses: Address[] | undefined): Recipient[] {
  return (addresses ?? []).flatMap((one) => {
    if (one.group) return recipients(one.group)
    return one.address || one.name ? [{ name: one.name || one.address || '', address: one.address ?? '' }] : []
  })
}

function attachmentFrom(attachment: Attachment, index: number): NonNullable<Mail['attachments']>[number] {
  const isMail = attachment.mimeType === 'message/rfc822'
  const contentId = attachment.contentId?.replace(/^<|>$/g, '')
  return {
    kind: isMail ? 'item' : 'file',
    name: attachment.filename || (isMail ? 'Message' : `ATT${String(index + 1).padStart(5, '0')}`),
    contentType: attachment.mimeType,
    content: contentOf(attachment),
    isInline: attachment.related === true || (attachment.disposition === 'inline' && contentId !== undefined),
    ...(contentId ? { contentId } : {}),
  }
}

/** Exchange's classes: a delivery report that names a failure is a non-delivery report. */
function messageClassFrom(contentType: string): string {
  if (/multipart\/report/i.test(contentType) && /report-type="?delivery-status/i.test(contentType)) return 'REPORT.IPM.Note.NDR'
  if (/disposition-notification/i.test(contentType)) return 'REPORT.IPM.Note.IPNRN'
  if (/text\/calendar/i.test(contentType)) return 'IPM.Schedule.Meeting.Request'
  return 'IPM.Note'
}

function importanceFrom(text: string): Importance {
  if (/high|^[12]\b/i.test(text.trim())) return 'high'
  return /low|^[45]\b/i.test(text.trim()) ? 'low' : 'normal'
}

function sensitivityFrom(text: string): Sensitivity {
  if (/confidential/i.test(text)) return 'confidential'
  if (/private/i.test(text)) return 'private'
  return /personal/i.test(text) ? 'personal' : 'normal'
}

function dateFrom(text: string | undefined): Date | null {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) || at < 0 || at > Date.parse('2100-01-01') ? null : new Date(at)
}
