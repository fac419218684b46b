// Judges calls of Graph by its own description: path and method, query options, request body, the answer for its status.
import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import type { GraphCall } from '../../sandbox/ledger.ts'
import { asJsonObject, compilerFor, isJsonObject, type JsonObject, namedIn } from './openapi-schemas.ts'

type JudgedCall = Pick<GraphCall, 'method' | 'path' | 'query' | 'status' | 'bodies'>
export type GraphJudge = ReturnType<typeof openGraphJudge>

export function openGraphJudge(folder: string) {
  const api = asJsonObject(parse(readFileSync(`${folder}openapi-subset.yaml`, 'utf8')))
  const components = asJsonObject(api['components'])
  const schemas = withDatesOfErrors(asJsonObject(components['schemas']))
  const compile = remembering(compilerFor(schemas))
  const templates = Object.entries(asJsonObject(api['paths']))
    .map(([path, operations]) => ({ path, operations: asJsonObject(operations), pattern: patternOf(path) }))
    .toSorted((one, other) => variables(one.path) - variables(other.path))

  const find = (method: string, path: string) => {
    const template = templates.find(({ pattern, operations }) => pattern.test(path) && operations[method.toLowerCase()] !== undefined)
    return template && { name: `${method} ${template.path}`, operation: asJsonObject(template.operations[method.toLowerCase()]) }
  }
  const resolved = (value: unknown): JsonObject => {
    const schema = asJsonObject(value)
    if (typeof schema['$ref'] !== 'string') return schema
    return schema['$ref']
      .split('/')
      .slice(1)
      .reduce((at, name) => asJsonObject(at[name]), api)
  }
  const faultsIn = (what: string, schema: JsonObject, value: unknown): string[] => {
    const validate = compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`)
  }

  return {
    /** The operation of a call, as the description names it; undefined when it has none. */
    operationOf: ({ method, path }: Pick<JudgedCall, 'method' | 'path'>): string | undefined => find(method, path)?.name,
    faultsOfRequest({ method, path, query, bodies }: JudgedCall): string[] {
      const found = find(method, path)
      if (found === undefined) return [`${method} ${path} is not described`]
      const parameters = (Array.isArray(found.operation['parameters']) ? found.operation['parameters'] : []).map(resolved)
      const faults = Object.entries(query).flatMap(([name, value]) => faultsOfOption(name, value, parameters, schemas))
      const requestBody = found.operation['requestBody']
      if (requestBody === undefined) return bodies?.request === undefined ? faults : [...faults, 'a body that is not described']
      const schema = schemaOf(resolved(requestBody))
      return schema === undefined ? faults : [...faults, ...faultsIn('request', schema, spelledAs(schema, bodies?.request))]
    },
    faultsOfAnswer({ method, path, status, bodies }: JudgedCall): string[] {
      const found = find(method, path)
      if (found === undefined || status === null || status === 0) return []
      const responses = asJsonObject(found.operation['responses'])
      const response = responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`]
      if (response === undefined) return [`${found.name} does not answer ${status}`]
      const schema = schemaOf(resolved(response))
      // Bytes, and answers without a body.
      if (schema === undefined) return bodies?.answer === undefined ? [] : ['an answer that is not described']
      return faultsIn(`answer ${status}`, schema, bodies?.answer)
    },
    faultsOfType: (name: string, value: unknown): string[] => faultsIn(name, { $ref: `#/components/schemas/${name}` }, value),
  }
}

/** Described as a date with a time zone; what Graph's answers hold, as its documentation prints them, has none. */
function withDatesOfErrors(schemas: JsonObject): JsonObject {
  const name = 'microsoft.graph.ODataErrors.InnerError'
  const inner = asJsonObject(schemas[name])
  const date = { type: 'string', nullable: true, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ?$' }
  return { ...schemas, [name]: { ...inner, properties: { ...asJsonObject(inner['properties']), date } } }
}

function remembering(compile: (schema: JsonObject) => ValidateFunction) {
  const known = new Map<string, ValidateFunction>()
  return (schema: JsonObject): ValidateFunction => {
    const key = JSON.stringify(schema)
    const validate = known.get(key) ?? compile(schema)
    known.set(key, validate)
    return validate
  }
}

const variables = (path: string) => path.split('{').length

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => (segment.startsWith('{') ? '[^/]+' : segment.replaceAll(/[$().]/g, '\\$&')))
  return new RegExp(`^${segments.join('/')}$`)
}

function schemaOf({ content }: JsonObject): JsonObject | undefined {
  const json = isJsonObject(content) ? content['application/json'] : undefined
  return isJsonObject(json) ? asJsonObject(json['schema']) : undefined
}

/** The CSDL spells an action's parameters `Message`; the documentation, and everybody, writes `message`. Graph takes both. */
function spelledAs({ $ref, properties }: JsonObject, body: unknown): unknown {
  if ($ref !== undefined || !isJsonObject(body) || !isJsonObject(properties)) return body
  const spelling = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]))
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [spelling.get(name.toLowerCase()) ?? name, value]))
}

function faultsOfOption(name: string, value: string, parameters: JsonObject[], schemas: JsonObject): string[] {
  const parameter = parameters.find((each) => each['in'] === 'query' && each['name'] === name)
  if (parameter === undefined) return [`the query option ${name} is not described`]
  const schema = asJsonObject(parameter['schema'])
  if (schema['type'] === 'integer' && !/^\d+$/.test(value)) return [`${name}=${value} is no number`]
  if (schema['type'] !== 'array') return []
  const known = asJsonObject(schema['items'])['enum']
  const words = value.replaceAll(/\([^)]*\)/g, '').split(',')
  return words
    .map((word) => (name === '$orderby' ? word.replace(/ asc$/, '') : word))
    .filter((word) => !(Array.isArray(known) && known.includes(word)) && !isOfSubtype(word, schemas))
    .map((word) => `${name} does not take ${word}`)
}

/** `microsoft.graph.fileAttachment/contentId`: a property that only a subtype has is chosen by its type. */
function isOfSubtype(word: string, schemas: JsonObject): boolean {
  const [type = '', property = ''] = word.split('/')
  const schema = schemas[type]
  if (!isJsonObject(schema)) return false
  const parts = Array.isArray(schema['allOf']) ? schema['allOf'] : [schema]
  return parts.some((part) => {
    if (!isJsonObject(part)) return false
    if (typeof part['$ref'] === 'string') return isOfSubtype(`${namedIn(part['$ref'])}/${property}`, schemas)
    return isJsonObject(part['properties']) && property in part['properties']
  })
}
