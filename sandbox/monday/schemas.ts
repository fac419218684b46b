// The schemas that documents are judged by: our own small one, which is also carried out; and, where it lies beside the project, the
// official one of the version that is current. Both are read once a process, when the first document comes.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  buildSchema,
  type DocumentNode,
  getVariableValues,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  validate,
} from 'graphql'

const ownFile = new URL('./schema.graphql', import.meta.url)
const officialFile = new URL('../../../shared/specs/monday/schema.graphql', import.meta.url)

export const ownSchema = once(() => buildSchema(readFileSync(ownFile, 'utf8')))

/** undefined: it is not there. */
export const officialSchema = once(() => (existsSync(fileURLToPath(officialFile)) ? readOfficial() : undefined))

const readOfficial = () => buildSchema(readFileSync(officialFile, 'utf8'), { assumeValidSDL: true })

export type Judged = { operation: OperationDefinitionNode } | { faults: string[] }

/** What the service would say of a document and its variables before it looks at any data. */
export function judge(document: DocumentNode, variables: Record<string, unknown>, schema = officialSchema() ?? ownSchema()): Judged {
  const faults = validate(schema, document).map(({ message }) => message)
  if (faults.length > 0) return { faults }
  const [operation, ...more] = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined || more.length > 0) return { faults: ['A request holds one operation.'] }
  const read = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  return read.errors === undefined ? { operation } : { faults: read.errors.map(({ message }) => message) }
}

/** Of a document that the official schema takes: what the stand-in does not know of it. */
export const unknownHere = (document: DocumentNode): string[] => validate(ownSchema(), document).map(({ message }) => message)

function once<Made extends GraphQLSchema | undefined>(make: () => Made): () => Made {
  let made: { schema: Made } | undefined
  return () => (made ??= { schema: make() }).schema
}
