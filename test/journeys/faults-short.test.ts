// A handful of the fault bench; `npm run faults` has them all.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { faults } from '../../bench/faults/table.ts'
import { findPostgresBinaries } from '../support/parts.ts'

const main = fileURLToPath(new URL('../../bench/faults/main.ts', import.meta.url))
const handful = findPostgresBinaries() ? [['F13', 'F34']] : []

test('the fault table is whole', () => {
  expect(Object.keys(faults).toSorted()).toEqual(Array.from({ length: 60 }, (_, index) => `F${index + 1}`).toSorted())
})

for (const ids of handful)
  test(`${ids.join(', ')} pass`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...ids], { env: { PATH: process.env['PATH'] } })
    expect(stdout).toContain(`${ids.length} pass, 0 fail, 0 refused`)
  })
