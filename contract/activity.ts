import { z } from 'zod'
import { run } from './run.ts'

/** What became of a mail. `mail` is null where no recipe matched: of such a mail nothing but this is kept. */
export const activityEntry = z
  .object({
    messageId: z.string(),
    receivedAt: z.iso.datetime().nullable(),
    mail: z.object({ subject: z.string(), from: z.string() }).nullable(),
    runs: z.array(run),
    /** Where the condition that decided stands in the recipe, as it was then. */
    notMatched: z.array(z.object({ recipeId: z.string(), pointer: z.string() })),
  })
  .meta({ id: 'Activity' })

/** Read for its owner at that moment, and kept nowhere. */
export const readSubject = z
  .object({ messageId: z.string(), subject: z.string(), from: z.string(), receivedAt: z.iso.datetime() })
  .meta({ id: 'MessageSubject' })

export type ActivityEntry = z.infer<typeof activityEntry>
export type ReadSubject = z.infer<typeof readSubject>
