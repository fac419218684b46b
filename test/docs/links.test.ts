// What the documents promise is proved by tests that they name. A link to a test carries the test's name as its text.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
const documents = readdirSync(docs).filter((name) => /^(security|self-hosting|threat-model|limits)\b.*\.md$/.test(name))

type Link = { text: string; target: string }

const linksIn = (markdown: string): Link[] =>
  [...markdown.matchAll(/(?<!!)\[((?:[^[\]]|\\.)*)\]\(([^()\s]+)\)/g)].map(([, text = '', target = '']) => ({ text, target }))

const read = (name: string) => readFileSync(join(docs, name), 'utf8')
const isElsewhere = ({ target }: Link) => /^[a-z]+:/.test(target)
const isTest = ({ target }: Link) => /\.test\.tsx?$/.test(target)

/** As it stands in the file: `test('name'`, or as the last part of a `test.each`. */
function names(file: string, name: string): boolean {
  const source = readFileSync(file, 'utf8')
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${quote === "'" ? name.replaceAll("'", "\\'") : name}${quote}`))
}

test.each(documents)('in %s every link leads to a file that is there, and every test to one with its name', (document) => {
  const links = linksIn(read(document)).filter((link) => !isElsewhere(link))
  const dead = links.filter((link) => {
    const file = join(dirname(join(docs, document)), link.target.replace(/#.*$/, ''))
    return !existsSync(file) || (isTest(link) && !names(file, link.text))
  })
  expect(dead).toEqual([])
  expect(links.filter(isTest).length).toBeGreaterThan(document === 'self-hosting.md' ? 8 : 20)
})

test('both languages have the same questions, the same parts in each, and the same proofs in the same order', () => {
  const [english, french] = ['security.en.md', 'security.fr.md'].map((name) => structureOf(read(name)))
  expect(french).toEqual(english)
})

test('both languages answer sixteen questions and list what differs', () => {
  for (const [name, last] of [
    ['security.en.md', '## Differences from the original'],
    ['security.fr.md', '## Différences avec l’original'],
  ] as const) {
    const text = read(name)
    expect(text.match(/^### .*\?$/gm)).toHaveLength(16)
    expect(text).toContain(`\n${last}\n`)
  }
})

/** Of each block its kind and the tests that it names: what a translation keeps. */
const structureOf = (markdown: string) =>
  markdown
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({
      kind: /^(#+|-|\d+\.|\|)(?= )/.exec(line)?.[1] ?? 'paragraph',
      tests: linksIn(line)
        .filter(isTest)
        .map(({ target, text }) => `${target} ${text}`),
    }))

test('the threat model has a row for each of the thirty-eight threats, in order, with something said in every cell', () => {
  const rows = read('threat-model.md')
    .split('\n')
    .filter((line) => /^\| *\d+ *\|/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 38 }, (_, index) => index + 1))
  for (const cells of rows) {
    expect(cells).toHaveLength(5)
    for (const cell of cells) expect(cell).not.toBe('')
  }
})
