// docs/limits.md as the table in server/limits.ts makes it, in the form that prettier leaves alone.
import { format, resolveConfig } from 'prettier'
import { limitTable } from '../server/limits.ts'
import type { Limit } from '../server/limits/limit.ts'

export async function limitsAsMarkdown(): Promise<string> {
  const parts = Object.entries(limitTable).map(([title, limits]) => `## ${title}\n\n${head}\n${limits.map(rowOf).join('\n')}\n`)
  const markdown = `${introduction}\n\n${parts.join('\n')}`
  return format(markdown, { ...(await resolveConfig(new URL('../docs/limits.md', import.meta.url))), parser: 'markdown' })
}

const introduction = `# Limits

What a stranger, a user or Microsoft's address can send is bounded before work is spent on it. This page is made from the code:
change the number there, then \`npm run limits\`.`

const head = '| what | how much | answer | test |\n| --- | --- | --- | --- |'

const rowOf = ({ what, howMuch, answer, test }: Limit) =>
  `| ${[what, howMuch, answer, `[${test.name}](../${test.file})`].map(escaped).join(' | ')} |`

const escaped = (cell: string) => cell.replaceAll('|', '\\|')
