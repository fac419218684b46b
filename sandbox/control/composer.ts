import { z } from 'zod'
import type { Mail } from '../graph/message.ts'

export const composed = z.object({
  to: z.string(),
  subject: z.string().default(''),
  body: z.string().default(''),
  from: z.string().optional(),
  importance: z.enum(['low', 'normal', 'high']).default('normal'),
  categories: z.array(z.string()).default([]),
  /** How often subscriptions are notified of it. */
  notifications: z.number().int().min(0).default(1),
  attachments: z.array(z.object({ name: z.string(), contentType: z.string(), contentBase64: z.string() })).default([]),
})

export function mailFromComposer(mail: z.infer<typeof composed>, from: { name: string; address: string }): Mail {
  return {
    subject: mail.subject,
    from: { name: from.name, address: from.address },
    body: { contentType: 'html', content: `<html><head></head><body>${mail.body}</body></html>` },
    importance: mail.importance,
    categories: mail.categories,
    attachments: mail.attachments.map(({ name, contentType, contentBase64 }) => ({
      name,
      contentType,
      content: Buffer.from(contentBase64, 'base64'),
    })),
  }
}
