// The state that an administrator's browser carries to Microsoft and back: signed, so that only a page of ours can have made it, for one
// organisation and one hour. Nothing is kept of it here.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const approvalLifeMinutes = 60

/** What tells it from the state of a consent window. */
const prefix = 'approve'

export const approvalUrlOf = ({ publicUrl }: { publicUrl: string }, { tenantId }: { tenantId: string }) =>
  `${publicUrl}/approve/${tenantId}`

export function newApprovalState(key: Buffer, tenantId: string, now: Date): string {
  const until = Math.floor(now.getTime() / 1000) + approvalLifeMinutes * 60
  const signed = [prefix, tenantId, until, randomBytes(16).toString('base64url')].join('.')
  return `${signed}.${signatureOf(key, signed).toString('base64url')}`
}

/** Anything that comes back to the callback for an approval, good or not. */
export const isApprovalState = (state: unknown): state is string => typeof state === 'string' && state.startsWith(`${prefix}.`)

/** The organisation that it was made for; undefined: it is not ours, or its time is over. */
export function tenantOfState(key: Buffer, state: string, now: Date): string | undefined {
  const end = state.lastIndexOf('.')
  const signed = state.slice(0, end)
  const [expected, given] = [signatureOf(key, signed), Buffer.from(state.slice(end + 1), 'base64url')]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const [, tenantId, until] = signed.split('.')
  return Number(until) * 1000 > now.getTime() ? tenantId : undefined
}

const signatureOf = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
