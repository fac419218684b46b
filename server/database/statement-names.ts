// What has been parsed and planned is kept by the database under a name: under row-level security that is most of the work.
import type { Sent } from './statements.ts'
import { withoutNul } from './text.ts'

export type Names = {
  named(statement: Sent): { name?: string; text: string; values: unknown[] }
  watch<Answer>(statement: Sent, answer: Promise<Answer>): Promise<Answer>
}

const mostNames = 500

/** Texts are few: values go as parameters. Those that are not, such as lists of many lengths, come to an end. */
export function openNames(): Names {
  const names = new Map<string, string>()
  let given = 0
  const nameOf = ({ sql, isPlannedAnew }: Sent) => {
    const known = names.get(sql)
    if (known !== undefined || names.size >= mostNames || isPlannedAnew) return known
    const name = `mailboard_${given++}`
    names.set(sql, name)
    return name
  }
  return {
    named(statement) {
      const { sql: text, parameters } = statement
      const name = parameters.length > 0 ? nameOf(statement) : undefined
      return { ...(name === undefined ? {} : { name }), text, values: parameters.map(cleaned) }
    },
    async watch({ sql }, answer) {
      try {
        return await answer
      } catch (error) {
        if (isOfOldPlan(error)) names.delete(sql)
        throw error
      }
    },
  }
}

/** The one place where text on its way into the database loses its NUL bytes, which PostgreSQL refuses. */
const cleaned = (value: unknown) => (typeof value === 'string' ? withoutNul(value) : value)

/** A table was changed under a kept plan, or somebody between has dropped it: under a new name it is planned anew. */
const isOfOldPlan = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === '0A000' || error.code === '26000')
