// How the access log is chained. A call adds two links, when it begins and when it ends. Each includes the previous one, under
// a key that the database never sees. Without that key, no row can be changed, removed, moved or added.
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

/** Identifies a key without revealing anything about it. */
export const keyIdOf = (key: Buffer): string => prepared(key).id

export function headOfBeginning(key: Buffer, before: string, call: BeginLink): string {
  return digest(key, [before, 'begins for', ...contentOf(call), call.id, call.tenantId, call.personId])
}

/** For older links, which did not include their owner. */
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

/** Not every head has the right length: an attacker can write any text to the database. */
export function isSameHead(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)]
  return bytes.length === others.length && timingSafeEqual(bytes, others)
}

/** The parts are hashed as JSON, so that their borders cannot shift. */
export const digest = (key: Buffer, content: unknown[]): string => digestBy(prepared(key).secret, content)

const digestBy = (secret: KeyObject, content: unknown[]): string =>
  createHmac('sha256', secret).update(JSON.stringify(content)).digest('hex')

type Prepared = { secret: KeyObject; id: string }
const keys = new WeakMap<Buffer, Prepared>()

/** A message adds four links to a chain: its key is prepared once. */
function prepared(key: Buffer): Prepared {
  const known = keys.get(key)
  if (known !== undefined) return known
  const secret = createSecretKey(key)
  const made = { secret, id: digestBy(secret, ['key']).slice(0, 32) }
  keys.set(key, made)
  return made
}
