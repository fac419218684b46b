// docs/limits.md must match the table in the code. docs/links.test.ts checks that each test it names exists.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { limitsAsMarkdown } from '../../scripts/limits-markdown.ts'

test('docs/limits.md is as `npm run limits` makes it', async () => {
  expect(readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')).toBe(await limitsAsMarkdown())
})
