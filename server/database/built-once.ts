// Statements that every mail needs: Kysely builds one on its first use, and each use fills in values of its own.
import { type CompiledQuery, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Schema } from './schema.ts'

/** `compile` is told with what, as statements of `sql` need. */
type Build<Values, Row> = (db: Kysely<Schema>, values: Values) => { compile(db: Kysely<Schema>): CompiledQuery<Row> }

/** None may be left out: what a statement holds is settled by then. */
type All<Values> = { [Key in keyof Values]-?: NonNullable<unknown> | null }

/**
 * `build` sees a stand-in for each value, never the value: it puts each into the statement by its name, and cannot decide
 * anything by it. A list is one value, as in `= any(…)`.
 */
export function builtOnce<Values extends All<Values>, Row>(build: Build<Values, Row>): (values: Values) => CompiledQuery<Row> {
  let built: Built<Values, Row> | undefined
  return (values) => {
    const { statement, keys } = (built ??= buildWithPlaces(build))
    const parameters = statement.parameters.map((constant, at) => {
      const key = keys[at]
      return key === undefined ? constant : values[key]
    })
    return { ...statement, parameters }
  }
}

/** For each parameter the value that takes its place; undefined: it is the same in every use. */
type Built<Values, Row> = { statement: CompiledQuery<Row>; keys: (keyof Values | undefined)[] }

function buildWithPlaces<Values extends All<Values>, Row>(build: Build<Values, Row>): Built<Values, Row> {
  const places = new Map<unknown, keyof Values>()
  // Kysely passes on what it does not know as a parameter, whatever it is: that a place is a value, and its key one of theirs,
  // is only said to the types.
  const standIns = new Proxy({} as Values, {
    get(_, key) {
      const place = { key }
      places.set(place, key as keyof Values)
      return place
    },
    ownKeys() {
      throw new TypeError('Values are put into a statement by their names, not all at once.')
    },
  })
  const statement = build(compiling, standIns).compile(compiling)
  for (const [place, key] of places)
    if (!statement.parameters.includes(place)) throw new TypeError(`${String(key)} does not go into the statement as it is.`)
  return { statement, keys: statement.parameters.map((one) => places.get(one)) }
}

/** Builds what the database would, and never asks one. */
const compiling = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
