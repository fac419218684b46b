// Turns the table in server/limits.ts into docs/limits.md, formatted as prettier formats it.
import { format, resolveConfig } from 'prettier'
import { limitTable } from '../server/limits.ts'
import type { Limit } from '../server/limits/limit.ts'

export async function limitsAsMarkdown(): Promise<string> {
  const parts = Object.entries(limitTable).map(([title, limits]) => `## ${title}\n\n${head}\n${limits.map(rowOf).join('\n')}\n`)
  const markdown = `${introduction}\n\n${parts.join('\n')}`
  return format(markdown, { ...(await resolveConfig(new URL('../docs/limits.md', import.meta.url))), parser: 'markdown' })
}

const introduction = `# Limits

The server limits what a stranger, a user or Microsoft can send before it works on it. This page is generated from the code:
change a number there, then run \`npm run limits\`.`

const head = '| what | limit | beyond it | test |\n| --- | --- | --- | --- |'

const rowOf = ({ what, howMuch, answer, test }: Limit) =>
  `| ${[what, howMuch, answer, `[${test.name}](../${test.file})`].map(escaped).join(' | ')} |`

const escaped = (cell: string) => cell.replaceAll('|', '\\|')
