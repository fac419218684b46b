// Every regular expression of the product is linear: on texts that reach each of its parts and then fail, four times the
// length costs about four times the steps. An expression that can read the same characters in two ways costs sixteen times.
import { readFileSync, globSync } from 'node:fs'
import { parseSync } from '@swc/core'
import { describe, expect, test } from '@jest/globals'
import { type Expression, readExpression, stepsOf, waysInto } from '../support/regex-steps.ts'

const root = new URL('../../', import.meta.url).pathname
const files = globSync('{server,recipes,contract,addin}/**/*.{ts,tsx}', { cwd: root })

type Found = { literals: { pattern: string; flags: string }[]; constructed: number }

function expressionsIn(file: string): Found {
  const found: Found = { literals: [], constructed: 0 }
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) return node.forEach(walk)
    if ('type' in node && node.type === 'RegExpLiteral') found.literals.push(node as unknown as Found['literals'][number])
    if ('type' in node && node.type === 'NewExpression' && 'callee' in node && nameOf(node.callee) === 'RegExp') found.constructed += 1
    Object.values(node).forEach(walk)
  }
  walk(parseSync(readFileSync(root + file, 'utf8'), { syntax: 'typescript', tsx: file.endsWith('.tsx') }))
  return found
}

const nameOf = (callee: unknown) => (typeof callee === 'object' && callee !== null && 'value' in callee ? callee.value : undefined)

const [short, long] = [40, 160]

/** The text on which the steps grow faster than the length, where there is one. */
function worstOf(expression: Expression): string | undefined {
  const { prefixes, units } = waysInto(expression)
  for (const prefix of prefixes)
    for (const unit of units)
      for (const end of ['\u0001', '\u0001x', '']) {
        const text = (count: number) => prefix + unit.repeat(count) + end
        const allowed = 6 * stepsOf(expression, text(short), 1e6) + 500
        if (stepsOf(expression, text(long), allowed) > allowed) return JSON.stringify(text(3))
      }
  return undefined
}

describe('the count of steps', () => {
  test.each([
    [/^\s*"?([^"<>]*?)"?\s*<([^\s<>@]+@[^\s<>@]+)>/],
    [/^\s*(\S+)(?:\s+(.*\S))?\s*$/s],
    [/\s+$/],
    [/^_+|_+$/g],
    [/(a+)+$/],
    [/^(\w+\s?)*$/],
    [/<[^>]*>/g],
  ])('%s is not linear, and is found out', ({ source, flags }) => {
    expect(worstOf(readExpression(source, flags))).toBeDefined()
  })

  test('is that of the engine: it finds what the engine finds', () => {
    expect(stepsOf(readExpression('^a*$', ''), 'a'.repeat(100), 1e6)).toBeLessThan(500)
    expect(stepsOf(readExpression('(\\d)\\1', ''), '11', 1e6)).toBeLessThan(10)
  })
})

test('every regular expression of the product takes time in proportion to its text', () => {
  const faults = files.flatMap((file) =>
    expressionsIn(file).literals.flatMap(({ pattern, flags }) => {
      const worst = worstOf(readExpression(pattern, flags))
      return worst === undefined ? [] : [`${file}: /${pattern}/${flags} on ${worst}`]
    }),
  )
  expect(faults).toEqual([])
})

test('no expression is put together from text, but those of the access log, of our own parts', () => {
  const builders = files.filter((file) => expressionsIn(file).constructed > 0)
  expect(builders).toEqual(['server/graph/mailbox-call.ts'])
})
