// One request to /v2, from the document to the answer: read, judged by the schema, paid for in points, carried out.
import { execute, type DocumentNode, type ExecutionResult, type GraphQLError, Kind, parse } from 'graphql'
import { fieldsOf, mostPoints, pointsOf } from './complexity.ts'
import { spendPoints } from './limits.ts'
import { extensionsOf, MondayError } from './monday-error.ts'
import { mutationRoot } from './mutations.ts'
import { queryRoot } from './queries.ts'
import { judge, ownSchema, unknownHere } from './schemas.ts'
import { demandScopes } from './scopes.ts'
import type { MondayState, Token } from './state.ts'
import type { Webhooks } from './webhooks.ts'
import type { Writes } from './writes.ts'

export type Service = { state: MondayState; writes: Writes; webhooks: Webhooks }
export type Prepared = { document: DocumentNode; kind: 'query' | 'mutation'; rootFields: string[]; variables: Record<string, unknown>; points: number } // prettier-ignore

/** What the stand-in itself cannot do: a fault of its own, never of the caller. */
export class NotPlayed extends Error {
  override name = 'NotPlayed'
}

export function prepare(query: unknown, variables: Record<string, unknown>): Prepared {
  if (typeof query !== 'string') throw new MondayError('JsonParseException', 'No query string was present', { transport: true })
  const document = parsed(query)
  const judged = judge(document, variables)
  if ('faults' in judged) throw new MondayError('GRAPHQL_VALIDATION_FAILED', judged.faults.join(' '), { transport: true })
  const gaps = unknownHere(document)
  if (gaps.length > 0) throw new NotPlayed(gaps.join(' '))
  const { operation } = judged
  if (operation.operation === 'subscription') throw new MondayError('GRAPHQL_VALIDATION_FAILED', 'No subscriptions', { transport: true })
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  )
  const rootFields = fieldsOf(operation.selectionSet, { variables, fragments }).map(({ name }) => name.value)
  return { document, kind: operation.operation, rootFields, variables, points: pointsOf(operation, { variables, fragments }) }
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query)
  } catch (error) {
    throw new MondayError('argumentLiteralsIncompatible', `Parse error on ${error instanceof Error ? error.message : ''}`)
  }
}

type Carrying = { token: Token; version: string; requestId: string }
export type Carried = { status: number; json: unknown; retryInSeconds: number | undefined; codes: string[] }

export async function carryOut(
  { state, writes, webhooks }: Service,
  prepared: Prepared,
  { token, version, requestId }: Carrying,
): Promise<Carried> {
  const { document, kind, rootFields, variables } = prepared
  if (prepared.points > mostPoints)
    throw new MondayError(
      'ComplexityException',
      `Query has complexity of ${prepared.points}, which exceeds max complexity of ${mostPoints}`,
    )
  demandScopes(token, kind, rootFields)
  const points = spendPoints(state, token, prepared.points, kind === 'query' ? 'read' : 'write')
  const rootValue = kind === 'query' ? queryRoot(state, token, points, version) : mutationRoot({ state, writes, webhooks, token, points })
  const result = await execute({ schema: ownSchema(), document, rootValue, variableValues: variables })
  return answerFrom(result, { token, requestId })
}

function answerFrom({ data, errors = [] }: ExecutionResult, { token, requestId }: Pick<Carrying, 'token' | 'requestId'>): Carried {
  const account_id = Number(token.user.account.id)
  const causes = errors.map((error) => [error, causeOf(error)] as const)
  const inTransport = causes.find(([, cause]) => cause.transport)?.[1]
  const shown = causes.map(([error, cause]) => ({
    message: cause.message,
    locations: error.locations,
    path: error.path,
    extensions: extensionsOf(cause, requestId),
  }))
  const json = { data: data ?? null, ...(shown.length === 0 ? {} : { errors: shown }), account_id, extensions: { request_id: requestId } }
  return {
    status: inTransport?.status ?? 200,
    json,
    retryInSeconds: inTransport?.retryInSeconds,
    codes: causes.map(([, { code }]) => code),
  }
}

function causeOf(error: GraphQLError): MondayError {
  const { originalError } = error
  if (originalError instanceof MondayError) return originalError
  // Of the stand-in's own faults nothing is made that could pass for the service's.
  throw new NotPlayed(error.message, { cause: originalError ?? error })
}
