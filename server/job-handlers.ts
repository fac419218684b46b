// Which function does the jobs of which queue.
import type { Handlers } from './jobs/attempt.ts'
import { giveUpOnRun } from './actions/give-up-run.ts'
import { giveUpOnMessage } from './triggers/mail/give-up.ts'
import { messageHandler } from './triggers/mail/handle-message.ts'
import { performRun } from './actions/perform.ts'
import type { RunDeps } from './runs/run-deps.ts'
import { catchUp } from './subscriptions/catch-up.ts'
import { renewSubscription } from './subscriptions/renew.ts'
import { ensureSubscription } from './subscriptions/subscribe.ts'
import type { SubscriptionDeps } from './subscriptions/subscription-deps.ts'

export type HandlerParts = {
  runs: RunDeps
  subscriptions: SubscriptionDeps
  finishDisconnect: (connectionId: string) => Promise<void>
}

/** A run that somebody holds is asked for again: its holder may have died. */
const busySeconds = 1

export function jobHandlers({ runs, subscriptions, finishDisconnect }: HandlerParts): Handlers {
  return {
    message: {
      work: messageHandler(runs),
      onGiveUp: (data, error) => giveUpOnMessage(runs, data, error),
    },
    run: {
      work: async (runId) => {
        const performed = await performRun(runs, runId)
        if (performed === 'ended') return undefined
        return { again: runId, inSeconds: performed === 'busy' ? busySeconds : performed.againInSeconds }
      },
      onGiveUp: (runId, error) => giveUpOnRun(runs, runId, error),
    },
    'catch-up': { work: (connectionId) => catchUp(subscriptions, connectionId) },
    subscribe: { work: (connectionId) => ensureSubscription(subscriptions, connectionId) },
    renew: { work: (subscriptionId) => renewSubscription(subscriptions, subscriptionId) },
    disconnect: { work: (connectionId) => finishDisconnect(connectionId) },
  }
}
