// Dates and numbers that a text says in one way only. What could be two is left out, and never one of them.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fromText } from '../../recipes/column.ts'
import { dateFromText } from '../../recipes/date-text.ts'
import { monthNamed } from '../../recipes/month-names.ts'
import { planAction } from '../../recipes/plan.ts'
import { renderTemplate } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { aCreateItem, aMessage } from './builders.ts'

const zones = ['UTC', 'Europe/Paris', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata']

describe('a date', () => {
  test.each([
    ['31 January 2026', '2026-01-31'],
    ['31 janvier 2026', '2026-01-31'],
    ['31. Januar 2026', '2026-01-31'],
    ['1er février 2026', '2026-02-01'],
    ['31 de enero de 2026', '2026-01-31'],
    ['31 gennaio 2026', '2026-01-31'],
    ['31 stycznia 2026', '2026-01-31'],
    ['31 Ocak 2026', '2026-01-31'],
    ['31 января 2026 г.', '2026-01-31'],
    ['1º de fevereiro de 2026', '2026-02-01'],
    ['2026. január 31.', '2026-01-31'],
    ['2026年1月31日', '2026-01-31'],
    ['January 31st, 2026', '2026-01-31'],
    ['31-Jan-2026', '2026-01-31'],
    ['samedi 31 janvier 2026', '2026-01-31'],
    ['Sa., 31.01.2026', '2026-01-31'],
    ['31\u00a0janv. 2026 à 21h30', '2026-01-31'],
    ['2026/01/31', '2026-01-31'],
    ['31/01/2026', '2026-01-31'],
    ['3.4.2026', '2026-04-03'],
    ['05/05/2026', '2026-05-05'],
  ])('%s is %s, in every zone and in a template too', (text, day) => {
    for (const timeZone of zones) {
      expect(fromText('date', text, { timeZone })).toEqual({ value: day })
      expect(renderTemplate('{{ message.subject | date }}', scopeOf(aMessage({ subject: text })), 'text', { timeZone })).toBe(day)
    }
  })

  test.each([
    ['Room 12', 'no-date'],
    ['PO 4711', 'no-date'],
    ['4711', 'no-date'],
    ['1700000000', 'no-date'],
    ['03/04/2026', 'date-in-two-ways'],
    ['3-4-2026', 'date-in-two-ways'],
    ['03/04/2026 10:00', 'date-in-two-ways'],
    ['tomorrow', 'no-date'],
    ['now', 'no-date'],
    ['31 January', 'no-date'],
    ['31 January 26', 'no-date'],
    ['31/12/99', 'no-date'],
    ['May 2026', 'no-date'],
    ['Room 12 May 2026', 'no-date'],
    ['1-3 May 2026', 'no-date'],
    ['31 February 2026', 'no-date'],
    ['29.02.2026', 'no-date'],
    ['Friday, 31 January 2026', 'no-date'],
    ['31 listopada 2026', 'no-date'],
    ['12:30', 'no-date'],
    ['2026-01-31T25:00', 'no-date'],
  ])('%s is none: %s', (text, code) => {
    expect(fromText('date', text)).toMatchObject({ code })
    const planned = planAction(aCreateItem({ columns: { due: "{{ message.subject | date: '%d.%m.%Y' }}" } }), aMessage({ subject: text }))
    expect(planned).toMatchObject({ columns: { due: '' }, leftOut: [{ part: 'columns.due', code }] })
  })

  test('with an offset is a moment, and its day that of its reader', () => {
    const late = '31 Jan 2026 23:30 +0100'
    expect(zones.map((zone) => dateFromText(late, zone))).toEqual([
      '2026-01-31',
      '2026-01-31',
      '2026-01-31',
      '2026-02-01',
      '2026-01-31',
      '2026-02-01',
    ])
    expect(dateFromText('2026-01-31T23:30:00', 'Asia/Tokyo')).toBe('2026-01-31')
  })

  test('the long names of months are known, but those that mean two', () => {
    const languages = ['en', 'fr', 'de', 'es', 'it', 'nl', 'pt', 'pl', 'cs', 'sv', 'tr', 'ru', 'hr']
    const unknown = languages.flatMap((language) => {
      const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' })
      return Array.from({ length: 12 }, (_, at) => {
        const name = format.formatToParts(Date.UTC(2026, at, 15)).find(({ type }) => type === 'month')?.value ?? ''
        return monthNamed(name.toUpperCase()) === at + 1 ? [] : [name]
      }).flat()
    })
    expect(unknown.sort()).toEqual(['listopada', 'listopada'])
  })

  test('a format of any language, with its month in words, is that date or none', () => {
    const languages = fc.constantFrom(
      'en',
      'en-GB',
      'fr',
      'de',
      'es',
      'it',
      'nl',
      'pt',
      'pl',
      'cs',
      'sv',
      'da',
      'fi',
      'hu',
      'ro',
      'tr',
      'ru',
    )
    const days = fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(languages, days, fc.constantFrom('full', 'long', 'medium'), (language, at, dateStyle) => {
        const text = new Intl.DateTimeFormat(language, { dateStyle, timeZone: 'UTC' }).format(at)
        expect([at.toISOString().slice(0, 10), null]).toContain(dateFromText(text))
      }),
    )
  })
})

describe('a number', () => {
  test.each([
    ["1'234.50", 1234.5],
    ['1’234', 1234],
    ['1 234,50', 1234.5],
    ['1\u202f234,50\u00a0€', 1234.5],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['12,34,567.89', 1234567.89],
    ['1.234.567', 1234567],
    ['(100)', -100],
    ['\u2212100', -100],
    ['12%', 12],
    ['١٢٣', 123],
    ['١٬٢٣٤٫٥٠', 1234.5],
    ['१२३', 123],
    ['１２３', 123],
    ['CHF 1’234.50', 1234.5],
    ['12 kr', 12],
    ['R$ 1.234,56', 1234.56],
    ['0,125', 0.125],
    ['1234.567', 1234.567],
  ])('%s is %d', (text, value) => {
    expect(fromText('numbers', text)).toEqual({ value })
  })

  test.each([
    ['-1.000', -1000, -1],
    ['1.000 €', 1000, 1],
    ['1,234', 1.234, 1234],
    ['(1.000)', -1000, -1],
    ['EUR 12,345', 12.345, 12345],
    ['١,٢٣٤', 1.234, 1234],
  ])('%s is read where the column says how its numbers are written, and nowhere else', (text, german, english) => {
    expect(fromText('numbers', text)).toMatchObject({ code: 'number-in-two-ways' })
    expect(fromText('numbers', text, { locale: 'de' })).toEqual({ value: german })
    expect(fromText('numbers', text, { locale: 'en' })).toEqual({ value: english })
  })

  test.each(['Room 12', 'PO 4711', 'VAT 12', '12 apples', '1e3', '12 34', '10–12', '1.2.3', "1'23", '0x10', '2026-01-31', '1,23,4.5'])(
    '%s is none',
    (text) => {
      expect(fromText('numbers', text)).toMatchObject({ code: 'no-number' })
    },
  )
})
