// What starts a run.
import { z } from 'zod'

const ofMessage = { messageId: z.string() }

/** `mail`: it arrived, and a recipe wanted it. `click`: its owner asked for one action on it. */
export const triggerEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mail'), ...ofMessage }),
  z.object({ kind: z.literal('click'), ...ofMessage }),
])

export type TriggerEvent = z.infer<typeof triggerEvent>
