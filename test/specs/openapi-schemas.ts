// Graph's OpenAPI 3.0 schemas as JSON Schema 2020-12. Two things are made stricter than written: "or null" is an object that
// may be null there, which lets any object pass; and a type that is not open holds no property but its own.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type JsonObject = { [name: string]: Json }

const prefix = '#/components/schemas/'

export function compilerFor(schemas: JsonObject): (schema: JsonObject) => ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  ajv.addFormat('base64url', /^[\w+/=-]*$/)
  const $defs = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, converted(schema, schemas)]))
  ajv.addSchema({ $id: 'graph', $defs })
  return (schema) => ajv.compile(asJsonObject(converted(schema, schemas)))
}

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

export function asJsonObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error('The schema is no object where one is needed.')
  return value
}

export const namedIn = (ref: string): string => ref.slice(prefix.length)

/** `isPart`: within allOf, where what else there may be is for the whole to say. */
function converted(schema: Json | undefined, schemas: JsonObject, isPart = false): Json {
  if (Array.isArray(schema)) return schema.map((each) => converted(each, schemas))
  if (!isJsonObject(schema)) return schema ?? true
  if (typeof schema['$ref'] === 'string') return isPart ? openRef(schema['$ref']) : closedRef(schema['$ref'], schemas)
  const { nullable, discriminator: _discriminator, allOf, properties, ...rest } = schema
  if (nullable === true && rest['type'] === 'object' && properties === undefined) return { type: 'null' }
  const kept = Object.entries(rest).map(([name, value]): [string, Json] => [name, name === 'enum' ? value : converted(value, schemas)])
  const all: JsonObject = Object.fromEntries(kept)
  if (Array.isArray(allOf)) all['allOf'] = allOf.map((each) => converted(each, schemas, true))
  if (isJsonObject(properties))
    all['properties'] = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, converted(each, schemas)]))
  if (nullable === true && typeof all['type'] === 'string') all['type'] = [all['type'], 'null']
  return all
}

const openRef = (ref: string): JsonObject => ({ $ref: `graph#/$defs/${namedIn(ref)}` })

/** What a type says of itself, or one of its subtypes that says which it is by `@odata.type`. */
function closedRef(ref: string, schemas: JsonObject): JsonObject {
  const schema = asJsonObject(schemas[namedIn(ref)])
  if (schema['enum'] !== undefined) return openRef(ref)
  const closed = (one: string): JsonObject => ({ ...openRef(one), patternProperties: { '@odata\\.': true }, unevaluatedProperties: false })
  const subtypes = subtypesOf(schema)
  // Others are made from it, and nobody says which: an attached item, of whatever kind, is an `outlookItem`.
  if (subtypes.length === 0 && isBase(ref, schemas)) return openRef(ref)
  if (subtypes.length === 0) return closed(ref)
  const named = subtypes.map(([type, one]) => ({
    ...closed(one),
    required: ['@odata.type'],
    patternProperties: { '^@odata\\.type$': { const: type }, '@odata\\.': true },
  }))
  return { anyOf: [closed(ref), ...named] }
}

const isBase = (ref: string, schemas: JsonObject) =>
  Object.values(schemas).some(
    (each) =>
      isJsonObject(each) && Array.isArray(each['allOf']) && each['allOf'].some((part) => isJsonObject(part) && part['$ref'] === ref),
  )

function subtypesOf(schema: JsonObject): [string, string][] {
  const parts = Array.isArray(schema['allOf']) ? schema['allOf'] : [schema]
  const [mapping] = parts.flatMap((part) => {
    const discriminator = isJsonObject(part) ? part['discriminator'] : undefined
    return isJsonObject(discriminator) && isJsonObject(discriminator['mapping']) ? [discriminator['mapping']] : []
  })
  return Object.entries(mapping ?? {}).flatMap(([type, ref]): [string, string][] => (typeof ref === 'string' ? [[type, ref]] : []))
}
