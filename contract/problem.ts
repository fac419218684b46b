// RFC 9457 problems: the closed list of codes that a client can act on, each with its status and title.
import { z } from 'zod'

export const problemCatalogue = {
  'malformed-request': [400, 'The request cannot be read'],
  'invalid-request': [400, 'The request does not fit'],
  unauthorized: [401, 'Sign in is needed'],
  'sign-in-erased': [401, 'The data of this sign-in was erased'],
  forbidden: [403, 'This is not allowed'],
  'tenant-not-allowed': [403, 'Your organisation is no longer served here'],
  'not-allowed-by-policy': [403, 'Your organisation limits who may create recipes'],
  'not-found': [404, 'There is no such thing'],
  'board-not-found': [404, 'There is no such board'],
  'item-not-found': [404, 'There is no such item'],
  'recipe-not-found': [404, 'There is no such recipe'],
  'run-not-found': [404, 'There is no such run'],
  'connection-not-found': [404, 'There is no such connection'],
  'message-not-found': [404, 'There is no such message'],
  'method-not-allowed': [405, 'This method is not allowed here'],
  'consent-required': [409, 'Microsoft asks for your consent first'],
  'admin-approval-required': [409, 'An administrator has to approve Mailboard first'],
  'stronger-sign-in': [409, 'Microsoft asks for a stronger sign-in'],
  'reconnect-required': [409, 'The connection must be made again'],
  'not-connected': [409, 'The mailbox is not connected'],
  'not-in-inbox': [409, 'The mail is not in the Inbox'],
  'nothing-to-undo': [409, 'There is nothing to undo'],
  'run-not-finished': [409, 'The run has not ended yet'],
  'not-retryable': [409, 'This run cannot be tried again'],
  'too-many-recipes': [409, 'There is no room for another recipe'],
  'target-not-available': [409, 'This kind of board is not available here'],
  'version-conflict': [412, 'Somebody changed it meanwhile'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'Send JSON'],
  'too-heavy': [422, 'This takes too much work'],
  'invalid-recipe': [422, 'The recipe has faults'],
  'invalid-item': [422, 'The item has faults'],
  'invalid-board': [422, 'The board has faults'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong here'],
  'microsoft-refused': [502, 'Microsoft refused the request'],
  'service-unavailable': [503, 'A part of the service is away'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof problemCatalogue

const codes = Object.keys(problemCatalogue) as [ProblemCode, ...ProblemCode[]]

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.enum(codes),
    detail: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string(), code: z.string().optional() })).optional(),
    /** How many errors there were beside these. */
    errorsLeftOut: z.number().optional(),
    scopes: z.array(z.string()).optional(),
    consentUrl: z.string().optional(),
    /** The page at which an administrator approves. */
    approvalUrl: z.string().optional(),
    claims: z.string().optional(),
  })
  .meta({ id: 'Problem' })

export type ProblemBody = z.infer<typeof problem>
