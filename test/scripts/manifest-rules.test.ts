import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { manifestFaults } from '../../scripts/manifest-rules.ts'
import { manifestFor } from '../../server/api/manifest.ts'

const manifest = readFileSync(new URL('../../manifest.xml', import.meta.url), 'utf8')

test('the manifest of the repository has no faults', () => {
  expect(manifestFaults(manifest)).toEqual([])
})

test('neither has the one for another address, which has an id of its own', async () => {
  const other = await manifestFor('https://mailboard.example.com')
  expect(manifestFaults(other)).toEqual([])
  expect(other).not.toContain('localhost')
  expect(other).not.toContain('5c2b7a52-8f0e-4f6b-9d51-3f4c0b6a1e90')
})

test.each([
  ['an address without https', /https:(?=[^"]*taskpane)/g, 'http:', /is not an https address/],
  ['an id that is no GUID', /<Id>[^<]*/, '<Id>mine', /is no GUID/],
  ['a version of letters', /<Version>[^<]*/, '<Version>v1', /is not one to four numbers/],
  ['a resource that is not there', 'resid="Pane.Tip"', 'resid="Pane.Hint"', /no resource Pane\.Hint/],
  ['a name that is too long', 'DisplayName DefaultValue="', `DisplayName DefaultValue="${'x'.repeat(126)}`, /DisplayName: 135 characters/],
  [
    'a label without French',
    /<bt:String id="Pane\.Label"[^>]*>\s*<bt:Override[^>]*>/g,
    '<bt:String id="Pane.Label" DefaultValue="Board">',
    /fr-FR/,
  ],
  ['a button without its small icon', /<bt:Image size="16"[^>]*>/g, '', /icon of 16 pixels/],
  ['a pane that is not pinned', '<SupportsPinning>true', '<SupportsPinning>false', /cannot be pinned/],
  ['more rights than reading the mail', 'ReadItem', 'ReadWriteMailbox', /not ReadItem/],
])('%s is told', (_name, before, after, expected) => {
  expect(manifestFaults(manifest.replace(before, after)).join('\n')).toMatch(expected)
})
