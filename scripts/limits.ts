// `npm run limits`: writes docs/limits.md from the table in server/limits.ts.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { limitsAsMarkdown } from './limits-markdown.ts'

const file = fileURLToPath(new URL('../docs/limits.md', import.meta.url))
writeFileSync(file, await limitsAsMarkdown())
console.log('Wrote docs/limits.md')
