// The plan of an action as the database holds it: jsonb is a border, and an earlier version may have written it.
import { z } from 'zod'
import { actions } from '../../recipes/actions/actions.ts'
import { besidePlan } from '../../recipes/actions/planned.ts'
import type { AttachmentSummary } from '../../recipes/message.ts'
import { unknownZone } from '../../recipes/zone.ts'
import type { Plan } from '../content/plan.ts'
import { type SafeBody, safeBody } from '../html/safe-html.ts'

/** Earlier versions kept it as it came, and cleaned it when it was written. */
const body: z.ZodType<SafeBody> = z
  .object({ html: z.string(), text: z.string().exactOptional(), isCut: z.boolean().exactOptional() })
  .transform(({ html, text, isCut }) => (text === undefined || isCut === undefined ? safeBody(html) : { html, text, isCut }))

/** Earlier versions left nothing out before they wrote, and knew no zone but UTC. */
const readyAction = actions.planned(body, {
  ...besidePlan,
  leftOut: besidePlan.leftOut.default([]),
  timeZone: besidePlan.timeZone.default(unknownZone),
})

const attachment: z.ZodType<AttachmentSummary> = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.number(),
  kind: z.enum(['file', 'item', 'reference']),
  isInline: z.boolean(),
})

export const storedPlan: z.ZodType<Plan> = z.object({ action: readyAction, files: z.array(attachment) })
