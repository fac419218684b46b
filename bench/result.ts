import { writeFileSync } from 'node:fs'

export type Result = {
  name: string
  unit: string
  ours: number
  baseline: number | null
  ratio: number | null
  cpuMsPerMail: number | null
  lost: number
  doubled: number
  /** Further figures: percentiles, the CPU of the load. */
  notes: string
}

/** The same figure with 100 and with 100,000 mailboxes. */
export const besideFew = (shown: Pick<Result, 'name' | 'unit' | 'notes'>, few: number, many: number): Result => ({
  ...shown,
  ours: rounded(many),
  baseline: rounded(few),
  ratio: rounded(many / few),
  cpuMsPerMail: null,
  lost: 0,
  doubled: 0,
})

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export const rounded = (value: number): number => Number(value.toPrecision(4))

export function printTable(results: Result[]): void {
  const rows = [
    ['', 'ours', 'baseline', 'ratio', 'CPU ms/mail', 'lost', 'doubled', ''],
    ...results.map((one) => [
      one.name,
      `${one.ours} ${one.unit}`,
      one.baseline === null ? '–' : `${one.baseline} ${one.unit}`,
      one.ratio === null ? '–' : String(one.ratio),
      one.cpuMsPerMail === null ? '–' : String(one.cpuMsPerMail),
      String(one.lost),
      String(one.doubled),
      one.notes,
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

export function save(path: URL, results: Result[]): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}
