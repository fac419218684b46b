import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readExport } from '../../../addin/settings/read-export.ts'

/** An answer that comes in pieces of these lengths, over and over. */
function answerOf(text: string, lengths: readonly number[]): Response {
  const bytes = new TextEncoder().encode(text)
  let [at, turn] = [0, 0]
  return new Response(
    new ReadableStream({
      pull(out) {
        if (at >= bytes.length) return out.close()
        const length = lengths[turn++ % lengths.length] ?? 1
        out.enqueue(bytes.slice(at, at + length))
        at += length
      },
    }),
  )
}

test('rows are counted wherever the pieces end, whatever stands in them', async () => {
  const row = fc.dictionary(fc.string(), fc.jsonValue())
  const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,12}$/), fc.constantFrom('constructor', '__proto__', 'valueOf'))
  const tables = fc.dictionary(name, fc.array(row, { maxLength: 4 }))
  const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(tables, lengths, async (holds, pieces) => {
      const text = JSON.stringify({ exportedAt: '2026-01-31T00:00:00.000Z', tables: holds, truncated: {} })
      const { blob, counts, exportedAt } = await readExport(answerOf(text, pieces))
      expect(await blob.text()).toBe(text)
      expect([blob.type, exportedAt]).toEqual(['application/json', '2026-01-31T00:00:00.000Z'])
      const wanted = Object.entries(holds).filter(([, rows]) => rows.length > 0)
      expect(counts).toEqual(new Map(wanted.map(([table, rows]) => [table, rows.length])))
    }),
  )
})

test('an answer that breaks off is refused', async () => {
  const broken = new ReadableStream({
    start(out) {
      out.enqueue(new TextEncoder().encode('{"exportedAt":"x","tables":{"runs":[{}'))
      out.error(new Error('cut off'))
    },
  })
  await expect(readExport(new Response(broken))).rejects.toThrow('cut off')
})
