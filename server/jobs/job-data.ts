// The queues, and what a job of each is about: internal IDs alone, never content.

/** Queues whose jobs are rows that are due (see due-rows.ts). */
export const dueQueues = ['run', 'catch-up', 'subscribe', 'renew', 'disconnect'] as const
export type DueQueue = (typeof dueQueues)[number]

export const queueNames = ['message', ...dueQueues] as const
export type QueueName = (typeof queueNames)[number]

/**
 * `misses`: how often the message was not found; Graph announces a message a moment before it can be read. `claim`: a worker whose
 * claim is another one ends nothing.
 */
type MessageData = { connectionId: string; messageId: string; misses?: number | undefined; claim: string }

/** Of a row that is due, its key. */
export type JobData<Name extends QueueName> = Name extends 'message' ? MessageData : string

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
