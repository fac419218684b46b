// The table of limits is the code's: docs/limits.md says nothing else. That each test it names exists, docs/links.test.ts says.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { limitsAsMarkdown } from '../../scripts/limits-markdown.ts'

test('docs/limits.md is as `npm run limits` makes it', async () => {
  expect(readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')).toBe(await limitsAsMarkdown())
})
