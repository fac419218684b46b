// An email that goes out.
import { z } from 'zod'
import { limits, renderLimits } from '../limits.ts'
import { template } from '../shape.ts'
import type { ActionKind } from './action-kind.ts'
import type { PlannedHtml } from './writing.ts'

const recipients = z.array(template).max(limits.recipients)

const schema = z.strictObject({
  kind: z.literal('send-mail'),
  to: recipients.min(1),
  cc: recipients.optional(),
  subject: template,
  body: template,
  inReply: z.literal(true).optional(),
  files: z.literal(true).optional(),
})

const planned = (html: z.ZodType<PlannedHtml>) =>
  z.object({
    kind: z.literal('send-mail'),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    subject: z.string(),
    body: html,
    inReply: z.boolean(),
    files: z.boolean(),
  })

export const sendMail: ActionKind<typeof schema, ReturnType<typeof planned>> = {
  schema,
  planned,
  isCarriedOut: false,
  templates: ({ to, cc, subject, body }) => [
    ...to.map((each, index) => ({ pointer: `/to/${index}`, template: each })),
    ...(cc ?? []).map((each, index) => ({ pointer: `/cc/${index}`, template: each })),
    { pointer: '/subject', template: subject },
    { pointer: '/body', template: body, isHtml: true },
  ],
  boards: () => [],
  filesAt: ({ files }) => (files === true ? ['/files'] : []),
  needs: ({ inReply }) => (inReply === true ? ['conversationId'] : []),
  plan: ({ to, cc, subject, body, inReply, files }, writer) => ({
    kind: 'send-mail',
    to: to.map((each) => writer.line(each, 'to', renderLimits.address)),
    cc: (cc ?? []).map((each) => writer.line(each, 'cc', renderLimits.address)),
    subject: writer.line(subject, 'subject', renderLimits.subject),
    body: writer.html(body, 'body'),
    inReply: inReply ?? false,
    files: files ?? false,
  }),
  itemOf: () => undefined,
  reform: ({ body, ...planned }, { html }) => ({ ...planned, body: html(body, 'body') }),
  words: {
    en: {
      name: 'Send email',
      says: ({ to, inReply, files }, say) =>
        `${inReply === true ? 'reply' : 'send an email'} to ${say.list(to)}${files === true ? ' with the files' : ''}`,
    },
    fr: {
      name: 'Envoyer un e-mail',
      says: ({ to, inReply, files }, say) =>
        `${inReply === true ? 'répondre' : 'envoyer un e-mail'} à ${say.list(to)}${files === true ? ' avec les fichiers' : ''}`,
    },
  },
  form: null,
}
