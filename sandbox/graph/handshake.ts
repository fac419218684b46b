import { randomUUID } from 'node:crypto'
import { GraphError } from './graph-error.ts'

const allowanceMs = 10_000

/** Graph posts a token to the endpoint and expects exactly that back, decoded, as plain text. */
export async function validateEndpoint(url: string): Promise<void> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()} + "é"`
  const target = new URL(url)
  target.searchParams.set('validationToken', token)
  let fault: string | null
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
      signal: AbortSignal.timeout(allowanceMs),
    })
    const text = await answer.text()
    fault = faultOf(answer, text, token)
  } catch (error) {
    fault =
      error instanceof Error && error.name === 'TimeoutError'
        ? 'Notification endpoint timed out.'
        : 'Notification endpoint cannot be reached.'
  }
  if (fault !== null) throw new GraphError(400, 'InvalidRequest', `Subscription validation request failed. ${fault}`)
}

function faultOf(answer: Response, text: string, token: string): string | null {
  if (answer.status !== 200) return 'Notification endpoint must respond with 200 OK to validation request.'
  if (!/^text\/plain\b/i.test(answer.headers.get('content-type') ?? '')) return 'The answer must be text/plain.'
  return text === token ? null : 'The answer must hold the decoded validation token and nothing else.'
}
