// In a tenant as Microsoft sets it up by default no user may consent to Mail.Read: an administrator approves once, by a link alone.
import { describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { aBoard, aMail, aRecipe, untilItems } from '../support/builders.ts'
import { visit } from '../support/browser-of-one.ts'
import { databases } from '../support/databases.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

const ask = { body: { permissions: ['mail.read'] } }
const scopes = ['Mail.Read', 'User.Read']

function peopleOf({ sandbox }: World): { lea: Person; adele: Person } {
  const [lea, adele] = ['lea.moreau@tailspin-toys.example', 'adele.vance@tailspin-toys.example'].map((each) => sandbox.entra.person(each))
  if (!lea || !adele) throw new Error('The sandbox has lost its people.')
  return { lea, adele }
}

/** Through Microsoft's window and back, as this person decides. */
async function answerWindow(
  world: World,
  consentUrl: string | undefined,
  decision: 'accept' | 'decline' | 'return' | 'request',
  as: Person,
) {
  const window = visit(consentUrl ?? '')
  const back = await world.sandbox.entra.answerConsent(await window.untilElsewhere(world.server.url), decision, as)
  return window.go(back)
}

/** What an administrator does with the address, and the page that it ends in. */
async function approve(world: World, approvalUrl: string, decision: 'accept' | 'decline', as: Person, language = 'en') {
  const headers = { 'accept-language': language }
  const page = await fetch(approvalUrl, { headers })
  const html = await page.text()
  const [, address = ''] = /href="(http[^"]*adminconsent[^"]*)"/.exec(html) ?? []
  const back = await world.sandbox.entra.answerConsent(address.replaceAll('&amp;', '&'), decision, as)
  const cookie = page.headers.getSetCookie().join().split(';')[0] ?? ''
  const end = await fetch(back, { headers: { ...headers, cookie } })
  return { page, html, status: end.status, end: await end.text() }
}

describe.each(databases)('on %s', (database) => {
  test('a user who may not consent is stuck until an administrator approves by the link alone, and connects with one call', async () => {
    await using world = await startWorld({ database })
    const { lea, adele } = peopleOf(world)
    const api = world.api(lea)
    const first = await api.problemOf('connectMicrosoft', ask)
    expect(first).toMatchObject({ status: 409, code: 'consent-required', detail: expect.stringContaining('administrator') })
    expect(await answerWindow(world, first.consentUrl, 'return', lea)).toBe(400)

    const stuck = await api.problemOf('connectMicrosoft', ask)
    expect(stuck).toMatchObject({
      status: 409,
      code: 'admin-approval-required',
      approvalUrl: `${world.server.url}/approve/${lea.tenantId}`,
    })
    expect(await api.call('checkApproval')).toEqual({ state: 'approval-required', approvalUrl: stuck.approvalUrl })

    const approved = await approve(world, stuck.approvalUrl ?? '', 'accept', adele)
    expect([approved.page.status, approved.status]).toEqual([200, 200])
    expect(approved.end).toContain('Mailboard is approved')
    for (const scope of [...scopes, 'offline_access']) expect(approved.end).toContain(scope)
    for (const name of [lea.name, lea.address, lea.objectId, adele.name, adele.address])
      expect(approved.html + approved.end).not.toContain(name)

    // The check connects nothing.
    expect(await api.call('checkApproval')).toMatchObject({ state: 'approved' })
    expect(await connectionOf(api)).toBeUndefined()
    expect(world.sandbox.vault.paths()).toEqual([])
    expect((await api.call('connectMicrosoft', ask)).status).toBe('active')
    await world.untilSubscribed(lea)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.sandbox.graph.deliver(lea, aMail())
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })

  test.each(['return', 'request'] as const)(
    'the wait is remembered after "%s", of nobody else, until the exchange works',
    async (decision) => {
      await using world = await startWorld({ database })
      const { lea, adele } = peopleOf(world)
      const codeOf = async (person: Person) => (await world.api(person).problemOf('connectMicrosoft', ask)).code
      await answerWindow(world, (await world.api(lea).problemOf('connectMicrosoft', ask)).consentUrl, decision, lea)
      await world.server.restart()
      expect(await codeOf(lea)).toBe('admin-approval-required')
      expect([await codeOf(adele), await codeOf(world.ruth), await codeOf(world.camille)]).toEqual(Array(3).fill('consent-required'))

      world.sandbox.entra.grant(lea, scopes)
      await world.api(lea).call('connectMicrosoft', ask)
      world.sandbox.entra.revokeConsent(lea)
      expect(await codeOf(lea)).toBe('consent-required')
    },
  )

  test('an administrator connects through the usual window', async () => {
    await using world = await startWorld({ database })
    const { adele } = peopleOf(world)
    const { consentUrl } = await world.api(adele).problemOf('connectMicrosoft', ask)
    expect(await answerWindow(world, consentUrl, 'accept', adele)).toBe(200)
    expect(await connectionOf(world.api(adele))).toMatchObject({ status: 'active' })
  })

  test('a user who declines is told no more than that, unless a colleague was told that an administrator is needed', async () => {
    await using world = await startWorld({ database })
    const { lea } = peopleOf(world)
    const paul = world.sandbox.entra.addPerson({ tenantId: lea.tenantId, name: 'Paul', address: 'paul@tailspin-toys.example' })
    const windowOf = async (person: Person) => (await world.api(person).problemOf('connectMicrosoft', ask)).consentUrl
    for (const person of [paul, world.camille]) await answerWindow(world, await windowOf(person), 'decline', person)
    for (const person of [paul, world.camille])
      expect((await world.api(person).problemOf('connectMicrosoft', ask)).code).toBe('consent-required')

    await answerWindow(world, await windowOf(lea), 'return', lea)
    for (const person of [paul, world.camille]) await answerWindow(world, await windowOf(person), 'decline', person)
    expect((await world.api(paul).problemOf('connectMicrosoft', ask)).code).toBe('admin-approval-required')
    expect((await world.api(world.camille).problemOf('connectMicrosoft', ask)).code).toBe('consent-required')
  })

  test('who was sent to an administrator may still try for themselves, once the rules have changed', async () => {
    await using world = await startWorld({ database })
    const { lea } = peopleOf(world)
    const api = world.api(lea)
    await answerWindow(world, (await api.problemOf('connectMicrosoft', ask)).consentUrl, 'return', lea)
    const { code, consentUrl } = await api.problemOf('connectMicrosoft', ask)
    expect(code).toBe('admin-approval-required')
    const tenant = world.sandbox.entra.tenant(lea.tenantId)
    if (tenant) tenant.usersMayConsentTo = 'all'
    expect(await answerWindow(world, consentUrl, 'accept', lea)).toBe(200)
    expect(await connectionOf(api)).toMatchObject({ status: 'active' })
  })

  test.each([
    [90093, 'invalid_grant'],
    [90094, 'invalid_grant'],
    [90095, 'access_denied'],
    [900941, 'unauthorized_client'],
    [90094, 'consent_required'],
  ])('AADSTS%i at the exchange (%s) means the administrator', async (number, error) => {
    await using world = await startWorld({ database })
    world.sandbox.entra.grant(world.camille, scopes)
    const description = `AADSTS${number}: only an admin can grant.\r\nTrace ID: 1`
    const fault = world.sandbox.misbehave('entra', {
      match: { path: /token$/ },
      status: 400,
      body: { error, error_description: description, error_codes: [number] },
    })
    const api = world.api(world.camille)
    expect(await api.problemOf('connectMicrosoft', ask)).toMatchObject({ status: 409, code: 'admin-approval-required' })
    fault.clear()
    expect((await api.call('connectMicrosoft', ask)).status).toBe('active')
  })

  test('the refusals of an administrator’s step change nothing, and say why in both languages', async () => {
    await using world = await startWorld({ database })
    const { lea, adele } = peopleOf(world)
    const url = `${world.server.url}/approve/${lea.tenantId}`
    expect(await approve(world, url, 'decline', adele)).toMatchObject({ status: 400, end: expect.stringContaining('Nothing was approved') })
    expect(await approve(world, url, 'decline', adele, 'fr')).toMatchObject({ end: expect.stringContaining('Rien n’a été approuvé') })
    expect(await approve(world, url, 'accept', lea)).toMatchObject({
      status: 400,
      end: expect.stringContaining('This account can’t approve'),
    })
    expect(await approve(world, url, 'accept', lea, 'fr')).toMatchObject({
      end: expect.stringContaining('Ce compte ne peut pas approuver'),
    })
    expect((await world.api(lea).problemOf('connectMicrosoft', ask)).code).toBe('consent-required')
    expect(await approve(world, url, 'accept', adele, 'fr')).toMatchObject({
      status: 200,
      end: expect.stringContaining('Mailboard est approuvé'),
    })
  })
})
