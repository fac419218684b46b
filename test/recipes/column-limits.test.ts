// Text that a stranger wrote, for columns of every type: too long is refused unread, and the rest takes no more than its length.
import { describe, expect, test } from '@jest/globals'
import { columnTypeNames, type ColumnType, fromText, validate } from '../../recipes/column.ts'
import { fold, plain } from '../../recipes/fold.ts'
import { columnLimits, columnTextLimits } from '../../recipes/limits.ts'

/** The longest text that says a value, and the same with one character more. */
const atLimit: Record<Exclude<ColumnType, 'checkbox'>, (size: number) => string> = {
  text: (size) => 'x'.repeat(size),
  long_text: (size) => 'x'.repeat(size),
  status: (size) => 'x'.repeat(size),
  date: (size) => '2026-01-31T10:00:00.'.padEnd(size, '0'),
  email: (size) => `${'n'.repeat(size - 11)} <a@b.test>`,
  people: (size) => Array.from({ length: 100 }, () => 'x'.repeat(255)).join(',').padEnd(size, ','),
  link: (size) => 'https://example.org '.padEnd(size, 'x'),
  numbers: (size) => '1'.padEnd(size - 1, '\u00ad') + '2',
  dropdown: (size) => Array.from({ length: 100 }, () => 'x'.repeat(255)).join(',').padEnd(size, ','),
  phone: (size) => `+${'1'.repeat(40)}poste.${' '.repeat(size - 53)}123456`,
} // prettier-ignore

test('a text at the limit of its column is looked at, and one over it is refused unread', () => {
  for (const [type, of] of Object.entries(atLimit) as [ColumnType, (size: number) => string][]) {
    const most = columnTextLimits[type]
    expect([type, of(most).length, fromText(type, of(most))]).toEqual([type, most, { value: expect.anything() }])
    expect([type, fromText(type, of(most + 1))]).toEqual([type, { issue: expect.any(String), code: 'too-long' }])
  }
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`)
  for (const type of ['people', 'dropdown'] as const) {
    expect(validate(type, names(columnLimits.list))).toHaveProperty('value')
    expect(validate(type, names(columnLimits.list + 1))).toHaveProperty('issue')
  }
  expect(fromText('checkbox', 'yes'.padStart(columnTextLimits.checkbox))).toEqual({ value: true })
})

const units = [' ', '<', '>', '"', '(', ')', '0', '.', ',', '1,', 'a@', '@', 'a', '\u0301', '\u0301\u0316', '\ud83d', '\ufdfa', "'", '-', '_', ';', '\n', '\t', '\u00a0', '🙂'] // prettier-ignore

describe.each(columnTypeNames)('a column of type %s', (type) => {
  test('has an answer to any run of anything, however long', () => {
    for (const unit of units)
      for (const end of ['', 'x', '>', '<a@b', ' x y'])
        for (const count of [100, 1_000, 100_000]) {
          const text = unit.repeat(count) + end
          for (const result of [fromText(type, text), validate(type, text)])
            expect('issue' in result || JSON.stringify(result.value).length <= 6 * columnTextLimits[type] + 100).toBe(true)
        }
  })
})

test('4,000 blanks and a letter are no email address, and a name may stand before one', () => {
  expect(validate('email', `${' '.repeat(4000)}x`)).toEqual({ issue: expect.any(String) })
  expect(validate('email', `${' '.repeat(4000)}Ann <ann@example.org>${' '.repeat(4000)}`)).toEqual({
    value: { email: 'ann@example.org', text: 'Ann' },
  })
})

test('a hundred labels are folded once for each column, however many values are checked', () => {
  let read = 0
  const labels = new Proxy(
    Array.from({ length: 100 }, (_, index) => `Label ${index}`),
    {
      get(target, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) read += 1
        return Reflect.get(target, key, receiver)
      },
    },
  )
  for (let round = 0; round < 1_000; round += 1) validate('dropdown', ['label 7', 'LABEL 99'], labels)
  expect(read).toBe(100)
  expect(validate('status', 'label 7', ['Label 7', 'LABEL 7'])).toEqual({ value: 'Label 7' })
})

describe('long runs of marks', () => {
  test('are broken into runs of thirty, since composing sorts each run', () => {
    const marks = '\u0301\u0316'.repeat(5_000)
    for (const composed of [plain(`a${marks}`), fold(`a${marks}`)])
      expect(Math.max(...composed.split('\u034f').map((run) => Array.from(run).length))).toBeLessThanOrEqual(31)
  })

  test('a few marks compose as ever', () => {
    expect(plain('e\u0301')).toBe('é')
    expect(plain(`e${'\u0316'.repeat(29)}\u0301`)).toBe(`e${'\u0316'.repeat(29)}\u0301`.normalize('NFC'))
    expect(fold('E\u0301')).toBe(fold('é'))
  })
})
