import { describe, expect, test } from '@jest/globals'
import { nextPage } from '../../../server/graph/next-page.ts'

const graphUrl = 'https://graph.microsoft.com/v1.0'
const asked = '/me/mailFolders/inbox/messages?$select=id&$top=200'
const next = (link: string | undefined) => nextPage(graphUrl, asked, link)

describe('the page that follows', () => {
  test.each([
    ['/v1.0/me/mailFolders/inbox/messages?$select=id&$skip=200', '?$select=id&$skip=200'],
    ['/v1.0/me/mailFolders/inbox/messages?%24select=id&%24skip=200', '?%24select=id&%24skip=200'],
    ["/v1.0/me/mailFolders('inbox')/messages?$select=id&$skiptoken=x", '?$select=id&$skiptoken=x'],
    ['/v1.0/me/mailFolders(%27Inbox%27)/messages?$skiptoken=x', '?$skiptoken=x'],
  ])('is that of the same listing: %s', (link, query) => {
    expect(next(`https://graph.microsoft.com${link}`)).toBe(`/me/mailFolders/inbox/messages${query}`)
  })

  test('is none where Graph gives no link', () => {
    expect(next(undefined)).toBeUndefined()
  })

  test.each([
    'https://graph.microsoft.com/v1.0/me/messages?$select=id&$skip=200',
    'https://graph.microsoft.com/v1.0/me/mailFolders/archive/messages?$select=id',
    'https://graph.microsoft.com/v1.0/users/somebody/mailFolders/inbox/messages?$select=id',
    'https://graph.microsoft.com/beta/me/mailFolders/inbox/messages?$select=id',
    'https://graph.microsoft.com/v1.0/../beta/me/mailFolders/inbox/messages?$select=id',
    'https://graph.microsoft.com/v1.0/%2e%2e/beta/x?$select=id',
    'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages/x?$select=id',
    'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages?$select=id,body',
    'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages?$skip=200',
    'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages?$select=id&$expand=attachments',
    'https://graph.microsoft.com@evil.example/v1.0/me/mailFolders/inbox/messages?$select=id',
    'https://evil.example/v1.0/me/mailFolders/inbox/messages?$select=id',
    'http://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages?$select=id',
    '/v1.0/me/mailFolders/inbox/messages?$select=id',
    '',
  ])('is refused: %s', (link) => {
    expect(() => next(link)).toThrow(/graph was not asked/)
  })
})
