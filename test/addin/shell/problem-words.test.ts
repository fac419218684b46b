// In a French pane a problem reads French: the server's details are English, and for programs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { ProblemError, type PaneProblemCode, problemFromResponse } from '../../../addin/api/problem.ts'
import { faultsOfProblem, faultWords, problemWords } from '../../../addin/shell/problem-words.ts'
import en from '../../../addin/text/en.json' with { type: 'json' }
import fr from '../../../addin/text/fr.json' with { type: 'json' }
import { problemCatalogue, type ProblemCode } from '../../../contract/problem.ts'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'
import { aCreateItem, aRecipe } from '../../recipes/builders.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const detail = 'An English sentence for programs.'
const codes = Object.keys(problemCatalogue) as ProblemCode[]
const textsOf = (messages: Record<string, string>) => (id: string) => messages[id]
const [english, french] = [textsOf(en), textsOf(fr)]

describe.each<PaneProblemCode>([...codes, 'no-answer', 'sign-in-required'])('%s', (code) => {
  test('has words of its own in both languages, and never shows its detail', () => {
    const error = new ProblemError(code, { detail, title: 'A title' })
    const words = problemWords(error, french)
    expect(words).toBe(textsOf(fr)(`problem.${code}`))
    expect(words).not.toBe(problemWords(error, english))
    expect([words, ...faultsOfProblem(error, french)].join(' ')).not.toContain(detail)
  })
})

test('a code of a newer server, and a bug of the pane, are told as something that went wrong', () => {
  const newer = new ProblemError('of-tomorrow' as ProblemCode, { detail })
  for (const error of [newer, new TypeError('x is not a function')]) expect(problemWords(error, french)).toBe(fr['problem.internal-error'])
})

test('faults are named in the person’s language, each once, and only where there are words for them', async () => {
  const errors = [
    { pointer: '/groups/0', detail, code: 'in-use' },
    { pointer: '/groups/1', detail, code: 'in-use' },
    { pointer: '/columns/0/title', detail, code: 'too-small' },
    { pointer: '/conditions/all/0/values/0', detail, code: 'too-small' },
    { pointer: '/actions/0', detail, code: 'touched' },
    { pointer: '/cursor', detail },
  ]
  const body = { type: 'about:blank', title: 'The board is not valid', status: 422, code: 'invalid-board', detail, errors }
  const error = await problemFromResponse(new Response(JSON.stringify(body), { status: 422 }))
  expect(faultsOfProblem(error, french)).toEqual([fr['issue.in-use'], fr['form.required'], fr['issue.empty-value']])
})

/** They say only that a value is not valid, for which there is one sentence; the warning `ascii-word` is shown by the checker. */
const general = ['unknown', 'unknown-value', 'unknown-field', 'wrong-type', 'ascii-word']

test('every fault that the code names has words in French', () => {
  const sources = ['recipes', 'server'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  )
  const named = sources.flatMap((source) =>
    [...source.matchAll(/pointer\b[^{}]*?detail\b[^;]*?code: '([a-z-]+)'/g)].map(([, code]) => code),
  )
  expect(new Set(named).size).toBeGreaterThan(8)
  const wordless = [...new Set(named)].filter((code) => !general.includes(code ?? '') && french(`issue.${code}`) === undefined)
  expect(wordless).toEqual([])
})

test('the faults of a recipe are told in French', () => {
  const group = (depth: number): unknown => ({ all: depth === 0 ? [] : [group(depth - 1)] })
  const parsed = [
    aRecipe({ actions: [aCreateItem({ name: '{{ message.nothing }}' }), aCreateItem({ name: '{{ message.subject' })] }),
    { ...aRecipe(), name: '', conditions: { all: [{ field: 'subject', operator: 'contains', values: [] }] } },
    { ...aRecipe(), conditions: { all: [{ field: 'subject', operator: 'matches', values: ['('] }] } },
    { ...aRecipe(), conditions: group(8), surprise: 1, actions: 'none' },
  ].map(parseRecipe)
  const issues = parsed.flatMap((each) => ('issues' in each ? each.issues : []))
  expect(issues.length).toBeGreaterThan(6)
  const known = new Set(Object.values(fr))
  for (const issue of issues) {
    expect(known).toContain(faultWords(issue, french))
    expect(faultWords(issue, french)).not.toContain(issue.detail)
  }
})
