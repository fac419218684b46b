// The queues and what a job of each carries: internal ids alone, never content.
import { z } from 'zod'

const ofConnection = z.object({ connectionId: z.uuid() })

export const jobData = {
  /**
   * `misses`: how often the mail was not found; Graph announces a mail a moment before it can be read. `claim`: whose it is;
   * who has lost it ends nothing.
   */
  message: z.object({ connectionId: z.uuid(), messageId: z.string(), misses: z.number().int().optional(), claim: z.uuid() }),
  'catch-up': ofConnection,
  subscribe: ofConnection,
  renew: z.object({ subscriptionId: z.uuid() }),
  disconnect: ofConnection,
  run: z.object({ runId: z.uuid() }),
} as const

export type QueueName = keyof typeof jobData
/** Those of pg-boss. Mails wait in the inbox (see inbox/claim-store.ts). */
export type BossQueue = Exclude<QueueName, 'message'>
export type JobData<Name extends QueueName> = z.infer<(typeof jobData)[Name]>

export const queueNames = Object.keys(jobData) as QueueName[]
export const bossQueues = queueNames.filter((name) => name !== 'message')

/** A job as it lies in the queue. */
export const envelope = z.object({ attempt: z.number().int().min(1), data: z.unknown(), isSuspect: z.boolean().optional() })

export type NewJob<Name extends QueueName> = {
  data: JobData<Name>
  /** While a job with this key waits, another one is not added. */
  key?: string
  /** The mailbox whose share of concurrency the job counts against. */
  group?: string
  startAfterSeconds?: number
  /** It has ended a process before: it is tried alone. */
  isSuspect?: boolean
}

/**
 * Jobs of one queue that a process does at once. Of a mailbox it is one over all processes: its mails are treated one by one,
 * in their order. Graph takes four calls in all: they and runs make two, and listings share a third with whoever asks (see
 * connections/spare-turn.ts).
 */
export const mostAtOnce = {
  message: 64,
  run: 8,
  'catch-up': 4,
  subscribe: 4,
  renew: 4,
  disconnect: 4,
} as const satisfies Record<QueueName, number>
