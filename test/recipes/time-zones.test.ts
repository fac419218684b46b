// Dates of templates and columns depend on where their reader is, and never on where the server stands.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { fromText } from '../../recipes/column.ts'
import { planAction } from '../../recipes/plan.ts'
import { parseTemplate, renderTemplate } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { strftime } from '../../recipes/strftime.ts'
import { wallTime } from '../../recipes/zone.ts'
import { aCreateItem, aMessage } from './builders.ts'

const template = "{{ message.receivedAt | date: '%Y-%m-%d %H:%M:%S %z %A %j %s' }}"
const written = (receivedAt: string, timeZone: string, asked = template) =>
  renderTemplate(asked, scopeOf(aMessage({ receivedAt })), 'text', { timeZone })

/** Around the changes of clocks in Europe and America, spring and autumn. */
const moments = [
  '2026-03-08T09:59:59Z',
  '2026-03-08T10:00:00Z',
  '2026-03-29T00:59:59Z',
  '2026-03-29T01:00:00Z',
  '2026-03-29T01:30:00Z',
  '2026-10-25T00:30:00Z',
  '2026-10-25T01:00:00Z',
  '2026-10-25T01:30:00Z',
  '2026-11-01T08:30:00Z',
  '2026-12-31T23:30:00Z',
]

describe('the machine of the server', () => {
  const root = new URL('../../', import.meta.url)
  const script = `
    const { renderTemplate } = await import('${new URL('recipes/template.ts', root).href}')
    const { fromText } = await import('${new URL('recipes/column.ts', root).href}')
    const moments = ${JSON.stringify(moments)}
    const scope = (receivedAt) => ({ message: { receivedAt } })
    console.log(JSON.stringify(moments.flatMap((each) => ['UTC', 'Europe/Paris', 'America/New_York'].map((timeZone) => [
      renderTemplate(${JSON.stringify(template)}, scope(each), 'text', { timeZone }),
      renderTemplate("{{ '29.03.2026 02:30' | date: '%c %z' }}", scope(each), 'text', { timeZone }),
      fromText('date', each, { timeZone }),
    ]))))`
  const on = (zone: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
      encoding: 'utf8',
    })

  test.each(['Europe/Paris', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
    'shows in no date: %s',
    (zone) => {
      expect(on(zone)).toBe(on('UTC'))
    },
  )
})

describe('where the reader is', () => {
  test.each([
    ['2026-03-29T00:59:59Z', 'Europe/Paris', '01:59 +0100'],
    ['2026-03-29T01:00:00Z', 'Europe/Paris', '03:00 +0200'],
    ['2026-10-25T00:30:00Z', 'Europe/Paris', '02:30 +0200'],
    ['2026-10-25T01:30:00Z', 'Europe/Paris', '02:30 +0100'],
    ['2026-11-01T08:30:00Z', 'America/New_York', '03:30 -0500'],
    ['2026-01-31T18:30:00Z', 'Asia/Kathmandu', '00:15 +0545'],
  ])('%s in %s is %s', (at, zone, shown) => {
    expect(written(at, zone, "{{ message.receivedAt | date: '%H:%M %z' }}")).toBe(shown)
  })

  test('is the day of a date column and of a template', () => {
    const message = { ...aMessage({ receivedAt: '2026-01-31T23:30:00Z' }), owner: { addresses: [], timeZone: 'Europe/Paris' } }
    const planned = planAction(
      aCreateItem({ columns: { due: '{{ message.receivedAt }}' }, name: '{{ message.receivedAt | date }}' }),
      message,
    )
    expect(planned).toMatchObject({ name: '2026-02-01', timeZone: 'Europe/Paris' })
    expect(fromText('date', '2026-01-31T23:30:00Z', { timeZone: 'Europe/Paris' })).toEqual({ value: '2026-02-01' })
    expect(fromText('date', '2026-01-31T23:30:00Z', { timeZone: 'America/Chicago' })).toEqual({ value: '2026-01-31' })
    expect(fromText('date', '2026-01-31T23:30:00Z')).toEqual({ value: '2026-01-31' })
  })

  test('a zone that a template names goes first, and one that does not exist is a fault', () => {
    expect(written('2026-07-01T10:00:00Z', 'Asia/Tokyo', "{{ message.receivedAt | date: '%H:%M', 'Europe/Paris' }}")).toBe('12:00')
    expect(written('2026-07-01T10:00:00Z', 'Asia/Tokyo', "{{ message.receivedAt | date: '%H:%M', 120 }}")).toBe('08:00')
    expect(parseTemplate("{{ message.receivedAt | date: '%H', 'Paris' }}", 'mail')).toMatchObject({ issues: [{ code: 'bad-template' }] })
  })
})

test.each([
  ['%Y-%m-%d', '2026-02-05'],
  ['%-d.%-m.%y', '5.2.26'],
  ['%e|%k|%l', ' 5| 9| 9'],
  ['%A %a %B %b %h', 'Thursday Thu February Feb Feb'],
  ['%^a %^B', 'THU FEBRUARY'],
  ['%I:%M:%S %p %P', '09:08:07 AM am'],
  ['%j %U %W %u %w', '036 05 05 4 4'],
  ['%C %L %3N %s', '20 006 006 1770278887'],
  ['%d%q', '05th'],
  ['%z %:z %Z', '+0100 +01:00 Europe/Paris'],
  ['%010Y %_5d', '0000002026     5'],
  ['%x %X', '2/5/2026 9:08:07 AM'],
  ['100%% %t|%n|%!', '100% \t|\n|%!'],
])('the form %s', (form, shown) => {
  const instant = Date.parse('2026-02-05T08:08:07.006Z')
  expect(strftime({ at: wallTime(instant, 'Europe/Paris'), instant, zone: 'Europe/Paris' }, form)).toBe(shown)
})
