// What a user can act on is thrown as a Problem, wherever it is found out; api/problem-answer.ts turns it into an answer.
import type { ProblemCode } from '../contract/problem.ts'

export type Fault = { pointer: string; detail: string; code?: string }

type Extra = {
  errors?: Fault[]
  scopes?: string[]
  consentUrl?: string
  approvalUrl?: string
  claims?: string
  retryAfterSeconds?: number
  allow?: string[]
}

export class Problem extends Error {
  override name = 'Problem'
  code: ProblemCode
  extra: Extra

  constructor(code: ProblemCode, detail: string, extra: Extra = {}, cause?: unknown) {
    super(detail, { cause })
    this.code = code
    this.extra = extra
  }
}
