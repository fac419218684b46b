import { describe, expect, test } from '@jest/globals'
import { createIntl } from 'react-intl'
import en from '../../../addin/text/en.json' with { type: 'json' }
import fr from '../../../addin/text/fr.json' with { type: 'json' }

const english: Record<string, string> = en
const french: Record<string, string> = fr

const argumentsOf = (message: string) => [...new Set([...message.matchAll(/\{(\w+)(?=[},])/g)].map(([, name]) => name))].toSorted()

test('both languages say the same things', () => {
  expect(Object.keys(french)).toEqual(Object.keys(english))
})

test.each(Object.keys(english))('%s takes the same arguments in both languages', (id) => {
  expect(argumentsOf(french[id] ?? '')).toEqual(argumentsOf(english[id] ?? ''))
})

describe.each([
  ['en', english],
  ['fr', french],
])('%s', (locale, messages) => {
  test('every message can be shown', () => {
    const faults: string[] = []
    const intl = createIntl({ locale, messages, onError: (error) => faults.push(error.message) })
    for (const id of Object.keys(messages)) {
      const values = Object.fromEntries(argumentsOf(messages[id] ?? '').map((name) => [name, 2]))
      intl.formatMessage({ id }, values)
    }
    expect(faults).toEqual([])
  })
})

test('French has narrow no-break spaces where they belong', () => {
  const loose = Object.values(french).filter((message) => / [:;!?»]|« /.test(message) || /[^\s\u202f(]»/.test(message))
  expect(loose).toEqual([])
})
