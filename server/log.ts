// The log: JSON lines. What may be written is a closed list, so that no token, clientState or mail body gets in by an
// oversight: a field that is not listed is left out, and of an error only its kind, code and scrubbed message remain.
import { pino } from 'pino'

export const log = pino({
  base: null,
  formatters: { level: (label) => ({ level: label }), log: (fields) => Object.fromEntries(Object.entries(fields).map(writable)) },
  serializers: { err: (error: unknown) => errorFields(error) },
})

export function setLogLevel(level: string): void {
  log.level = level
}

const mayBeWritten = new Set([
  'action', 'attempt', 'code', 'count', 'connectionId', 'database', 'dropped', 'durationMs', 'event', 'fileId', 'itemId', 'jobId', 'kept', 'kind',
  'method', 'missing', 'path', 'personId', 'port', 'provider', 'queue', 'reason', 'recipeId', 'requestId', 'retryInSeconds', 'role', 'route', 'runId',
  'seconds', 'service', 'signal', 'status', 'subscriptionId', 'tenantId', 'url', 'waitingFor',
]) // prettier-ignore

function writable([name, value]: [string, unknown]): [string, unknown] {
  if (name === 'err') return [name, value]
  if (!mayBeWritten.has(name)) return [name, '[not written]']
  return [name, typeof value === 'string' ? scrub(value) : value]
}

type ErrorLike = {
  name?: unknown
  message?: unknown
  code?: unknown
  status?: unknown
  service?: unknown
  stack?: unknown
  cause?: unknown
}

function errorFields(error: unknown, depth = 0): unknown {
  if (typeof error !== 'object' || error === null) return scrub(String(error))
  const { name, message, code, status, service, stack, cause }: ErrorLike = error
  return {
    type: name,
    message: scrub(String(message)),
    code,
    status,
    service,
    stack: typeof stack === 'string' ? scrub(stack.split('\n').slice(1, 8).join('\n')) : undefined,
    cause: cause === undefined || depth >= 4 ? undefined : errorFields(cause, depth + 1),
  }
}

/** JSON web tokens, Vault's tokens and whatever follows `Bearer` or a secret's name in an address. */
const secrets =
  /eyJ[\w-]+(\.[\w-]*)*|\b(hvs|hvb|hvr|s|b)\.[A-Za-z0-9_-]{20,}|\bBearer\s+\S+|\b(code|token|secret|assertion|clientState|client_secret|refresh_token)=[^\s&"']+/gi

const scrub = (text: string) => text.slice(0, 4000).replace(secrets, '[secret]')
