import { expect, test } from '@jest/globals'
import { chooseLanguage } from '../../../addin/shell/language.ts'

test.each([
  ['fr-FR', 'fr'],
  ['fr-CA', 'fr'],
  ['en-GB', 'en'],
  ['de-DE', 'en'],
])('Outlook in %s has the pane in %s', (host, expected) => {
  expect(chooseLanguage(host)).toBe(expected)
})
