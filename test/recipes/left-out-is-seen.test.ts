// What is left out is said before it happens, and in words of both languages.
import { describe, expect, test } from '@jest/globals'
import { columnTypeNames, fromText } from '../../recipes/column.ts'
import { leftOutCodes, leftOutWords } from '../../recipes/left-out.ts'
import { planAction } from '../../recipes/plan.ts'
import { recipeWarnings } from '../../recipes/warnings.ts'
import { aBoard, aCreateItem, aMessage, aRecipe } from './builders.ts'

const columns = columnTypeNames.map((type) => ({
  id: type,
  title: `A ${type}`,
  type,
  ...(type === 'status' || type === 'dropdown' ? { labels: ['New', 'Done'] } : {}),
}))
const codesOf = (templates: Record<string, string>) =>
  recipeWarnings(aRecipe({ actions: [aCreateItem({ columns: templates })] }), () => columns).map(({ pointer, code }) => [pointer, code])

describe('before it is saved, a recipe is warned of what it would always leave out', () => {
  test.each([
    ['status', 'Urgnt', 'unknown-label'],
    ['dropdown', 'New, Dnoe', 'unknown-label'],
    ['date', 'tomorrow', 'no-date'],
    ['date', "{{ 'tomorrow' | date }}", 'no-date'],
    ['date', '03/04/2026', 'date-in-two-ways'],
    ['numbers', '1.000', 'number-in-two-ways'],
    ['numbers', 'a lot', 'no-number'],
    ['email', 'nobody', 'no-email'],
    ['link', 'example.org', 'no-link'],
    ['phone', 'call me', 'no-phone'],
    ['checkbox', 'maybe', 'no-checkbox'],
    ['text', 'x'.repeat(2001), 'too-long'],
  ])('a %s is not %s', (type, template, code) => {
    expect(codesOf({ [type]: template })).toEqual([[`/actions/0/columns/${type}`, code]])
  })

  test('but not of what it may fill in, and on no board that is not known', () => {
    const fine = { status: 'new', dropdown: 'Done, New', date: '31 January 2026', numbers: '1,5', text: 'x', people: 'Ann' }
    expect(codesOf({ ...fine, email: '{{ message.subject }}', phone: '' })).toEqual([])
    const recipe = aRecipe({ actions: [aCreateItem({ columns: { status: 'Urgnt' } })] })
    expect(recipeWarnings(recipe, () => undefined)).toEqual([])
  })

  test('also where the item is only made if there is none', () => {
    const create = { board: aBoard, name: 'x', columns: { status: 'Urgnt' } }
    const recipe = aRecipe({
      actions: [{ kind: 'add-update', board: aBoard, body: 'x', find: { by: 'conversation' }, otherwise: { create } }],
    })
    expect(recipeWarnings(recipe, () => columns)).toMatchObject([{ pointer: '/actions/0/otherwise/create/columns/status' }])
  })
})

test('a date that a filter cannot read is left out of any part, which says so', () => {
  const action = aCreateItem({ name: 'Due {{ message.subject | date }}', update: '{{ message.subject | date }}' })
  const planned = planAction(action, aMessage({ subject: 'tomorrow' }))
  expect(planned).toMatchObject({
    name: 'Due',
    leftOut: [
      { part: 'name', code: 'no-date' },
      { part: 'update', code: 'no-date' },
    ],
  })
  expect(planAction(action, aMessage({ subject: '' })).leftOut).toEqual([])
})

test('both languages have words for each', () => {
  for (const code of leftOutCodes)
    for (const part of ['columns.due', 'name', 'update', 'body', 'find', 'subject', 'to', 'cc'])
      for (const language of ['en', 'fr'] as const) expect(leftOutWords({ part, code }, language)).toMatch(/^[A-Z«“].* .*\.$/)
  expect(leftOutWords({ part: 'columns.due', title: 'Due', code: 'no-date' }, 'en')).toBe('“Due” stays empty: the text is not a date.')
  expect(leftOutWords({ part: 'columns.due', title: 'Échéance', code: 'no-date' }, 'fr')).toBe(
    '«\u202fÉchéance\u202f» reste vide\u202f: le texte n’est pas une date.',
  )
  expect(leftOutWords({ part: 'name', code: 'date-in-two-ways' }, 'fr')).toBe(
    'Une date a été omise dans le nom\u202f: le jour et le mois peuvent être intervertis.',
  )
})

test('only a text that is there can be left out', () => {
  for (const type of columnTypeNames) expect(fromText(type, ' \u00a0\n')).toEqual({ value: null })
})
