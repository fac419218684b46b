import { badRequest, GraphError } from './graph-error.ts'
import type { Mailbox } from './mailbox.ts'
import type { Subscription } from './state.ts'

type Asked = Omit<Subscription, 'id' | 'person' | 'immutableIds' | 'applicationId'>

const known = [
  'changeType',
  'notificationUrl',
  'resource',
  'expirationDateTime',
  'clientState',
  'lifecycleNotificationUrl',
  'latestSupportedTlsVersion',
  'includeResourceData',
  'notificationUrlAppId',
  'notificationQueryOptions',
  '@odata.type',
]
const shortestMinutes = 45
const longestMinutes = 10_080

export function readSubscriptionRequest(body: unknown, mailbox: Mailbox, grantedMinutes: number): Asked {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('Unable to read JSON request payload.')
  const fields: Record<string, unknown> = { ...body }
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown) throw badRequest(`Invalid property '${unknown}' in the subscription.`)
  if (fields['includeResourceData'] === true) throw badRequest('encryptionCertificate is required when includeResourceData is true.')
  const clientState = fields['clientState'] ?? null
  if (clientState !== null && (typeof clientState !== 'string' || clientState.length > 128))
    throw invalid('clientState must be at most 128 characters.')
  const { resource, folderId } = readResource(fields['resource'], mailbox)
  const lifecycle = fields['lifecycleNotificationUrl'] ?? null
  return {
    resource,
    folderId,
    changeTypes: readChangeTypes(fields['changeType']),
    notificationUrl: readUrl(fields['notificationUrl'], 'notificationUrl'),
    lifecycleNotificationUrl: lifecycle === null ? null : readUrl(lifecycle, 'lifecycleNotificationUrl'),
    clientState,
    expiresAt: readExpiry(fields['expirationDateTime'], grantedMinutes),
  }
}

export function readExpiry(value: unknown, grantedMinutes: number): Date {
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) ? Date.parse(value) : NaN
  if (Number.isNaN(at)) throw badRequest('expirationDateTime must be a date and time.')
  const minutes = (at - Date.now()) / 60_000
  if (minutes <= 0) throw invalid('Subscription expiration must be in the future.')
  // Allows clocks to differ by a minute.
  if (minutes > longestMinutes + 1) throw invalid(`Subscription expiration can only be ${longestMinutes} minutes in the future.`)
  const granted = Math.min(Math.max(minutes, shortestMinutes), grantedMinutes)
  return new Date(Date.now() + granted * 60_000)
}

function readResource(value: unknown, mailbox: Mailbox): { resource: string; folderId: string | null } {
  if (typeof value !== 'string') throw badRequest('resource is required.')
  const form = /^\/?(?<owner>me|users\/[^/]+)(\/mailFolders(\('(?<quoted>[^']+)'\)|\/(?<bare>[^/]+)))?\/messages$/i
  const parts = form.exec(value)?.groups
  if (!parts) throw invalid(`Resource '${value}' is not supported.`)
  const owner = parts['owner']?.split('/')[1]
  const { objectId, address } = mailbox.person
  if (owner && owner !== objectId && owner.toLowerCase() !== address)
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
  const name = parts['quoted'] ?? parts['bare']
  if (name === undefined) return { resource: value, folderId: null }
  const folder = mailbox.folder(name)
  if (!folder) throw new GraphError(404, 'ErrorItemNotFound', 'The specified folder could not be found in the store.')
  return { resource: value, folderId: folder.id }
}

function readChangeTypes(value: unknown): string[] {
  const types = typeof value === 'string' ? value.split(',').map((type) => type.trim()) : []
  if (types.length === 0 || types.some((type) => !['created', 'updated', 'deleted'].includes(type)))
    throw invalid(`Invalid changeType '${String(value)}'.`)
  return types
}

/** Graph accepts only https; the stand-in also accepts http on loopback. */
function readUrl(value: unknown, name: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  const loopback = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))) throw invalid(`${name} must be an https address.`)
  return url.href
}

const invalid = (message: string) => new GraphError(400, 'InvalidRequest', message)
