import type { ProblemBody, ProblemCode } from '../../contract/problem.ts'

/** `no-answer`: the server was not reached, or something else answered in its place. */
export type PaneProblemCode = ProblemCode | 'no-answer' | 'sign-in-required'

export class ProblemError extends Error {
  readonly code: PaneProblemCode
  readonly body: Partial<ProblemBody>
  /** When the server wants the next attempt. */
  retryAfterSeconds: number | undefined
  constructor(code: PaneProblemCode, body: Partial<ProblemBody> = {}, cause?: unknown) {
    super(body.detail ?? body.title ?? code, { cause })
    this.code = code
    this.body = body
  }
}

/** Any other error is a bug of the pane. */
export const problemCode = (error: unknown): PaneProblemCode => (error instanceof ProblemError ? error.code : 'internal-error')

export async function problemFromResponse(response: Response): Promise<ProblemError> {
  try {
    const body: Partial<ProblemBody> = await response.json()
    if (!body.code) return new ProblemError('no-answer')
    const problem = new ProblemError(body.code, body)
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    if (Number.isFinite(seconds)) problem.retryAfterSeconds = seconds
    return problem
  } catch (error) {
    return new ProblemError('no-answer', {}, error)
  }
}
