import { z } from 'zod'
import { run } from './run.ts'

/** The results for an email. `mail` is null if no recipe matched: then nothing else is kept of the email. */
export const activityEntry = z
  .object({
    messageId: z.string(),
    receivedAt: z.iso.datetime().nullable(),
    mail: z.object({ subject: z.string(), from: z.string() }).nullable(),
    runs: z.array(run),
    /** The pointer of the condition that decided, in the recipe as it was then. */
    notMatched: z.array(z.object({ recipeId: z.string(), pointer: z.string() })),
  })
  .meta({ id: 'Activity' })

/** Read for its owner on request, and not stored. */
export const readSubject = z
  .object({ messageId: z.string(), subject: z.string(), from: z.string(), receivedAt: z.iso.datetime() })
  .meta({ id: 'MessageSubject' })

export type ActivityEntry = z.infer<typeof activityEntry>
export type ReadSubject = z.infer<typeof readSubject>
