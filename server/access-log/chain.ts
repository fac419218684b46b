// How the access log is chained. A call takes two links, when it begins and when it ends; each holds the one before it,
// under a key that the database never sees. So no row can be changed, taken out, moved or added without it.
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { MailboxCall } from '../../contract/access-log.ts'

export type BeginLink = MailboxCall & {
  id: string
  tenantId: string
  personId: string
  seq: number
  at: Date
  count: number
  until: Date | null
}
export type EndLink = { seq: number; beganAs: number; status: number; finishedAt: Date }

export const firstHead = (key: Buffer, chainId: string): string => digest(key, ['chain', chainId])

/** Tells keys apart and gives nothing of them away. */
export const keyIdOf = (key: Buffer): string => digest(key, ['key']).slice(0, 32)

export function headOfBeginning(key: Buffer, before: string, call: BeginLink): string {
  return digest(key, [before, 'begins for', ...contentOf(call), call.id, call.tenantId, call.personId])
}

/** Of links from before a link said whose it is. */
export function formerHeadOfBeginning(key: Buffer, before: string, call: BeginLink): string {
  return digest(key, [before, 'begins', ...contentOf(call)])
}

function contentOf({ seq, at, what, fields, purpose, messageId, count, until }: BeginLink): unknown[] {
  const when = [at.toISOString(), until?.toISOString() ?? null]
  return [seq, when, what, fields, purpose.kind, purpose.recipeIds, messageId, count]
}

export function headOfEnding(key: Buffer, before: string, { seq, beganAs, status, finishedAt }: EndLink): string {
  return digest(key, [before, 'ends', seq, beganAs, status, finishedAt.toISOString()])
}

/** Whoever writes into the database may write anything for one. */
export function isSameHead(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)]
  return bytes.length === others.length && timingSafeEqual(bytes, others)
}

/** Over the parts as JSON, so that none can run into the next. */
export const digest = (key: Buffer, content: unknown[]): string =>
  createHmac('sha256', prepared(key)).update(JSON.stringify(content)).digest('hex')

const keys = new WeakMap<Buffer, KeyObject>()

/** A chain takes four links a mail: its key is made ready once. */
function prepared(key: Buffer): KeyObject {
  const known = keys.get(key) ?? createSecretKey(key)
  keys.set(key, known)
  return known
}
