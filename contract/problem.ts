// RFC 9457 problems: the closed list of codes that a client can act on, each with its status and title.
import { z } from 'zod'

export const problemCatalogue = {
  'malformed-request': [400, 'The request can’t be read'],
  'invalid-request': [400, 'The request is not valid'],
  unauthorized: [401, 'Sign in first'],
  'sign-in-erased': [401, 'The data of this sign-in was erased'],
  forbidden: [403, 'This is not allowed'],
  'tenant-not-allowed': [403, 'Mailboard no longer serves your organization here'],
  'not-allowed-by-policy': [403, 'Your organization limits who can create recipes'],
  'not-found': [404, 'Not found'],
  'board-not-found': [404, 'Board not found'],
  'item-not-found': [404, 'Item not found'],
  'recipe-not-found': [404, 'Recipe not found'],
  'run-not-found': [404, 'Run not found'],
  'connection-not-found': [404, 'Connection not found'],
  'message-not-found': [404, 'Message not found'],
  'method-not-allowed': [405, 'This method is not allowed here'],
  'consent-required': [409, 'Accept Microsoft’s permissions first'],
  'admin-approval-required': [409, 'An administrator has to approve Mailboard first'],
  'stronger-sign-in': [409, 'Microsoft asks for an extra verification'],
  'reconnect-required': [409, 'Reconnect your mailbox'],
  'not-connected': [409, 'Connect your mailbox'],
  'not-in-inbox': [409, 'The message is not in the Inbox'],
  'nothing-to-undo': [409, 'There is nothing to undo'],
  'run-not-finished': [409, 'The run has not ended yet'],
  'not-retryable': [409, 'This run can’t be retried'],
  'too-many-recipes': [409, 'Too many recipes'],
  'target-not-available': [409, 'This type of board is not available here'],
  'version-conflict': [412, 'It has changed since you read it'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'Send JSON'],
  'too-heavy': [422, 'This takes too much work'],
  'invalid-recipe': [422, 'The recipe is not valid'],
  'invalid-item': [422, 'The item is not valid'],
  'invalid-board': [422, 'The board is not valid'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong in Mailboard'],
  'microsoft-refused': [502, 'Microsoft refused the request'],
  'service-unavailable': [503, 'Service unavailable'],
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
    /** The number of further errors. */
    errorsLeftOut: z.number().optional(),
    scopes: z.array(z.string()).optional(),
    consentUrl: z.string().optional(),
    /** The page on which an administrator approves. */
    approvalUrl: z.string().optional(),
    claims: z.string().optional(),
  })
  .meta({ id: 'Problem' })

export type ProblemBody = z.infer<typeof problem>
