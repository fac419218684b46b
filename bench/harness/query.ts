import pg from 'pg'

export type Query = {
  rows(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  count(text: string, values?: unknown[]): Promise<number>
  end(): Promise<void>
}

export function openQuery(url: string): Query {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  // The server is stopped on purpose.
  pool.on('error', () => undefined)
  const rows = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => (await pool.query(text, values)).rows
  return {
    rows,
    count: async (text, values) => Number(Object.values((await rows(text, values))[0] ?? {})[0]),
    end: () => pool.end(),
  }
}
