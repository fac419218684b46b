import { z } from 'zod'

export const permissions = ['mail.read', 'mail.send'] as const

/** What each permission asks of Microsoft, beside offline_access. */
export const scopesOfPermission = {
  'mail.read': ['Mail.Read', 'User.Read'],
  'mail.send': ['Mail.Send', 'Mail.ReadWrite'],
} as const satisfies Record<(typeof permissions)[number], readonly string[]>

export const connection = z
  .object({
    provider: z.enum(['microsoft', 'monday']),
    status: z.enum(['active', 'needs-reconnect', 'disconnecting']),
    account: z.string().nullable(),
    scopes: z.array(z.string()),
    since: z.iso.datetime(),
    lastRefreshAt: z.iso.datetime().nullable(),
    subscription: z.object({ id: z.string(), expiresAt: z.iso.datetime() }).nullable(),
    reason: z.object({ code: z.string(), params: z.record(z.string(), z.string()) }).nullable(),
  })
  .meta({ id: 'Connection' })

export type Connection = z.infer<typeof connection>

export const connectMicrosoft = z.strictObject({
  permissions: z.array(z.enum(permissions)).min(1).max(permissions.length),
  catchUp: z.enum(['all', 'none']).optional(),
})

export const receiptId = z.object({ receiptId: z.string() })

export const receipt = z
  .object({
    id: z.string(),
    kind: z.enum(['disconnect', 'erase']),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    parts: z.array(
      z.object({
        part: z.enum(['subscription', 'tokens', 'queued-work', 'rows']),
        state: z.enum(['removed', 'to-go', 'nothing-there']),
        count: z.number(),
      }),
    ),
  })
  .meta({ id: 'Receipt' })

export type Receipt = z.infer<typeof receipt>
