// The name of each call on a mailbox in the access log. Calls that are not in this table are not allowed.
import type { MailboxCall } from '../../contract/access-log.ts'

type Named = Omit<MailboxCall, 'purpose'>

const message = '/me/(?:mailFolders/inbox/)?messages/(?<messageId>[^/?]+)'
const calls: [method: string, path: RegExp, what: MailboxCall['what']][] = [
  ['GET', /^\/me\?/, 'own-address'],
  ['GET', /^\/me\/mailFolders\/inbox\?/, 'inbox-id'],
  ['GET', /^\/me\/mailFolders\/inbox\/messages\?\$top=1&\$select=id$/, 'check-read'],
  ['GET', /^\/me\/mailFolders\/inbox\/messages\?/, 'listing'],
  ['GET', new RegExp(String.raw`^${message}\?\$select=id,parentFolderId$`), 'locate'],
  ['GET', new RegExp(String.raw`^${message}\?\$select=id$`), 'made-immutable'],
  ['GET', new RegExp(`^${message}$`), 'read'],
  ['GET', new RegExp(String.raw`^${message}\?`), 'read'],
  ['GET', new RegExp(String.raw`^${message}/attachments\?`), 'attachment-list'],
  ['GET', new RegExp(String.raw`^${message}/attachments/[^/]+/\$value$`), 'attachment'],
  ['GET', /^\/subscriptions(\?|$)/, 'subscription-list'],
  ['POST', /^\/subscriptions$/, 'subscription-create'],
  ['PATCH', /^\/subscriptions\/[^/]+$/, 'subscription-renew'],
  ['DELETE', /^\/subscriptions\/[^/]+$/, 'subscription-delete'],
]

/** `path` is below the version. */
export function mailboxCallFrom(method: string, path: string): Named {
  for (const [wanted, pattern, what] of calls) {
    const found = method === wanted ? pattern.exec(path) : null
    if (found === null) continue
    const messageId = found.groups?.['messageId']
    return { what, fields: fieldsIn(path), messageId: messageId === undefined ? null : decoded(messageId) }
  }
  throw new Error('The access log has no name for this call')
}

/** The properties asked for, extended ones by their ids. */
function fieldsIn(path: string): string[] {
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  const selected = query.get('$select')?.split(',') ?? []
  const extended = [...(query.get('$expand') ?? '').matchAll(/id eq '([^']+)'/g)].map(([, id = '']) => id)
  return [...selected, ...extended].map((field) => field.slice(0, 100))
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id).slice(0, 1000)
  } catch {
    return id.slice(0, 1000)
  }
}
