import { z } from 'zod'

/** What a template that is one output hands over beside its text: one value, with its commas; a list; people with their addresses. */
export const templateValue = z
  .union([
    z.object({ one: z.string() }),
    z.object({ list: z.array(z.string()) }),
    z.object({ addresses: z.array(z.object({ name: z.string(), address: z.string() })) }),
  ])
  .meta({ id: 'TemplateValue' })

export type TemplateValue = z.infer<typeof templateValue>
