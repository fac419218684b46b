import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { excessOf } from '../../server/json-shape.ts'

const generous = { depth: 1000, tokens: 1_000_000 }
const bytesOf = (value: unknown, indent?: number) => Buffer.from(JSON.stringify(value, null, indent))

type Shape = { depth: number; tokens: number }

/** The same, counted on what JSON.parse made. */
function shapeOf(value: unknown): Shape {
  if (typeof value !== 'object' || value === null) return { depth: 0, tokens: 1 }
  const inner = Object.values(value).map(shapeOf)
  const names = Array.isArray(value) ? 0 : inner.length
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    tokens: 1 + names + inner.reduce((sum, { tokens }) => sum + tokens, 0),
  }
}

describe('the shape of JSON', () => {
  test('is exact on any JSON: what is allowed passes, one less is an excess', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const bytes = bytesOf(value, indent)
        const shape = shapeOf(value)
        expect(excessOf(bytes, shape)).toBeUndefined()
        expect(excessOf(bytes, { ...shape, tokens: shape.tokens - 1 })).toBe('tokens')
        if (shape.depth > 0) expect(excessOf(bytes, { ...shape, depth: shape.depth - 1 })).toBe('depth')
      }),
    )
  })

  test.each([
    ['brackets, commas and escaped quotes in a string are no structure', '["[[[{,,,\\"[[[\\\\"]', { depth: 1, tokens: 2 }],
    ['empty groups count one each', '[{},{},{},[]]', { depth: 2, tokens: 5 }],
    ['names count as values do', '{"a":1,"b":{"c":null}}', { depth: 2, tokens: 7 }],
    ['a number is one value, however it is written', '-12.5e+10', { depth: 0, tokens: 1 }],
  ])('%s', (_name, json, shape) => {
    expect(excessOf(Buffer.from(json), shape)).toBeUndefined()
    expect(excessOf(Buffer.from(json), { ...shape, tokens: shape.tokens - 1 })).toBe('tokens')
  })

  test.each(['"never closed', '"ends in \\', ']]]]', '', ','])('text that is not JSON, such as %j, ends without a verdict', (text) => {
    expect(excessOf(Buffer.from(text), generous)).toBeUndefined()
  })

  test('stops at the first excess and reads nothing behind it', () => {
    const read: number[] = []
    const bytes = new Proxy(Buffer.from('['.repeat(5000)), {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) read.push(Number(key))
        return Reflect.get(target, key, target)
      },
    })
    expect(excessOf(bytes, { depth: 64, tokens: 1000 })).toBe('depth')
    expect(Math.max(...read)).toBe(64)
  })
})
