// Every screen of the pane in English and French, light and dark, at 320 pixels: no fault that axe finds, nothing cut off, nothing
// outside. Leaves a picture of each in test-screenshots/.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import type { Person } from '../../sandbox/entra/directory.ts'
import { apiClient, type Api } from '../support/api-client.ts'
import { aBoard, activityOf, aMail, aRecipe, itemsOf, runsOf } from '../support/builders.ts'
import { launchBrowser } from '../support/chromium.ts'
import { faultsOfPane } from '../support/outlook-host/look.ts'
import { openOutlook, type Outlook } from '../support/outlook-host/outlook.ts'
import { paneIn, type PaneWords } from '../support/outlook-host/pane.ts'
import { languages, look, signIn, walk } from '../support/outlook-host/screens.ts'
import { until } from '../support/until.ts'

let outlook: Outlook
let browser: Browser
let page: Page
let camille: Person
let api: Api

beforeAll(async () => {
  outlook = await openOutlook()
  const [first] = outlook.sandbox.entra.people
  if (!first) throw new Error('The sandbox has lost its people.')
  camille = first
  camille.roles.push('Mailboard.Admin')
  api = apiClient(outlook.serverUrl, () => outlook.sandbox.entra.accessToken(camille))
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await outlook?.stop()
})

test('before the mailbox is connected', async () => {
  ;({ page } = await outlook.openWindow(browser))
  const faults = await walk(page, { welcome: ({ button }) => button('sign-in').waitFor() })
  await signIn(page, paneIn(page, 'fr'))
  faults.push(
    ...(await walk(page, {
      connect: ({ button }) => button('connect.button').waitFor(),
      'no-recipes': async ({ tab, button }) => {
        await tab('recipes').click()
        await button('recipes.new').waitFor()
      },
      'no-boards': async ({ tab, button }) => {
        await tab('boards').click()
        await button('boards.new').waitFor()
      },
      'new-board': async ({ button, t, pane }) => {
        await button('boards.new').click()
        await pane.getByLabel(t('board.name')).waitFor()
      },
      'no-activity': async ({ tab, pane, t }) => {
        await tab('activity').click()
        await pane.getByText(t('activity.empty')).waitFor()
      },
      consent: async ({ tab, button }) => {
        await tab('mail').click()
        await button('connect.button').click()
        await button('connect.consent.button').waitFor()
      },
    })),
  )
  expect(faults).toEqual([])
})

test('at work', async () => {
  const { entra, graph } = outlook.sandbox
  entra.grant(camille, ['Mail.Read', 'User.Read'])
  await api.call('connectMicrosoft', { body: { permissions: ['mail.read'], catchUp: 'none' } })
  await until(() => graph.subscriptions(camille).length > 0)
  const board = await aBoard(api, {
    name: 'Invoices and everything else that the accounts department has to look at',
    columns: [
      { title: 'Status', type: 'status', labels: ['New', 'In progress', 'Done'] },
      { title: 'Sender', type: 'email' },
      { title: 'Amount', type: 'numbers' },
    ],
  })
  await aRecipe(api, board, {
    name: 'Invoices of suppliers',
    conditions: {
      all: [
        { field: 'subject', operator: 'contains', values: ['invoice', 'facture'] },
        { any: [{ field: 'from', operator: 'domain-is', values: ['imprimerie-du-canal.example', 'northwind-hosting.example'] }] },
        { none: [{ field: 'importance', operator: 'is', values: ['low'] }] },
      ],
    },
    actions: [
      {
        kind: 'create-item',
        board: { target: 'built-in', id: board.id },
        name: '{{ message.subject }}',
        columns: {},
        update: '{{ message.body.html }}',
        attachments: 'files',
      },
    ],
  })
  const subject = 'Invoice 2026-118: a subject that is long enough to need more than two lines in a narrow pane beside the mail'
  const from = { name: 'Northwind Hosting', address: 'billing@northwind-hosting.example' }
  await graph.deliver(camille, aMail({ subject, from }))
  await graph.deliver(camille, aMail({ subject: 'Lunch?' }))
  await until(async () => (await activityOf(api)).length === 2 && (await runsOf(api)).every(({ outcome }) => outcome === 'done'))

  const colleague = entra.people.find((person) => person !== camille && person.tenantId === camille.tenantId)
  if (!colleague) throw new Error('The sandbox has lost its people.')
  colleague.roles.push('Mailboard.Admin')
  await apiClient(outlook.serverUrl, () => entra.accessToken(colleague)).call('changeBoard', { params: { id: board.id }, body: {} })

  const window = await outlook.openWindow(browser)
  page = window.page
  await signIn(page, window)
  await page.getByRole('region', { name: 'Mails' }).getByRole('button', { name: 'Invoice 2026-118' }).click()

  const inTab = async ({ tab }: PaneWords, name: string) => tab(name).click()
  const faults = await walk(page, {
    mail: async (words) => {
      await inTab(words, 'mail')
      await words.pane.locator('.quiet', { hasText: words.t('linked.by.message') }).waitFor()
      await words.pane.locator('summary').first().click()
    },
    recipes: async (words) => {
      await inTab(words, 'recipes')
      await words.pane.getByRole('switch').waitFor()
    },
    'recipe-delete': ({ button }) => button('delete').click(),
    recipe: async ({ button, t, pane }) => {
      await button('edit').click()
      await pane.getByLabel(t('recipe.name')).waitFor()
    },
    'recipe-tried': async ({ button, t, pane }) => {
      await button('try.this').click()
      await pane.getByText(t('try.nothing-written')).waitFor()
    },
    'recipe-tried-on-many': async ({ button, t, pane }) => {
      await button('try.latest').click()
      await pane.getByText(t('try.nothing-written')).waitFor()
      await pane.getByText(t('try.running')).waitFor({ state: 'hidden' })
    },
    'new-recipe': async (words) => {
      await inTab(words, 'recipes')
      await words.button('recipes.new').click()
      await words.pane.getByLabel(words.t('recipe.name')).waitFor()
      await words.button('recipe.save-on').click()
    },
    boards: async (words) => {
      await inTab(words, 'boards')
      await words.pane.getByText(board.name).waitFor()
    },
    board: async ({ pane }) => {
      await pane.getByText(board.name).click()
      await pane.getByRole('button', { name: 'Invoice 2026-118' }).waitFor()
    },
    'board-visits': async ({ pane }) => pane.getByTestId('board-visits').scrollIntoViewIfNeeded(),
    'board-delete': ({ button }) => button('board.delete').click(),
    item: async ({ pane, t }) => {
      await pane.getByRole('button', { name: 'Invoice 2026-118' }).click()
      await pane.getByRole('heading', { name: t('updates.title') }).waitFor()
    },
    activity: async (words) => {
      await inTab(words, 'activity')
      await words.button('activity.show-subject').waitFor()
    },
    'activity-subject': async ({ pane, button }) => {
      await button('activity.show-subject').click()
      await pane.getByText('Lunch?').waitFor()
    },
    'run-done': async (words) => {
      await inTab(words, 'activity')
      await words.pane.getByRole('button', { name: 'Invoice 2026-118' }).click()
      await words.button('run.undo').waitFor()
    },
    'run-undo': ({ button }) => button('run.undo').click(),
    'access-log': async ({ button, pane, t }) => {
      await button('tab.settings').click()
      await button('access.title').click()
      await pane.getByText(t('access.what.read'), { exact: true }).first().waitFor()
    },
    settings: async ({ button, pane, t }) => {
      await button('tab.settings').click()
      await pane.getByText(t('policy.title')).waitFor()
    },
    disconnect: ({ button }) => button('disconnect').click(),
    export: async ({ button }) => {
      await button('export.title').click()
      const [file] = await Promise.all([page.waitForEvent('download'), button('export.save').click()])
      expect(file.suggestedFilename()).toMatch(/^mailboard-\d{4}-\d\d-\d\d\.json$/)
    },
    erase: async ({ button, pane, t }) => {
      await button('tab.settings').click()
      await button('erase.title').click()
      await pane.getByText(camille.address).waitFor()
      await pane.getByText(t('erase.stays')).waitFor()
    },
    'erase-end': ({ button }) => button('erase.do').scrollIntoViewIfNeeded(),
    'my-data': async ({ button }) => {
      await button('tab.settings').click()
      await button('sign-out').scrollIntoViewIfNeeded()
    },
  })

  const [item] = await itemsOf(api, board)
  if (!item) throw new Error('There is no item.')
  await api.call('changeItem', { params: { id: item.id }, body: { name: 'Changed by hand' } })
  const french = paneIn(page, 'fr')
  await inTab(french, 'activity')
  await french.pane.getByRole('button', { name: 'Invoice 2026-118' }).click()
  await french.button('run.undo').click()
  await french.pane
    .getByRole('alertdialog')
    .getByRole('button', { name: french.t('run.undo') })
    .click()
  await french.pane.getByText(french.t('run.not-undone.touched').replace('{number, number}', '1')).waitFor()
  faults.push(...(await look(page, 'run-not-undone-fr')))

  entra.revoke(camille)
  entra.expireAccessTokens(camille)
  await graph.deliver(camille, aMail({ subject: 'Invoice after the end' }))
  await until(async () => (await api.call('listConnections'))[0]?.status === 'needs-reconnect')
  faults.push(
    ...(await walk(page, {
      'access-lost': async (words) => {
        await inTab(words, 'mail')
        await words.button('reconnect').first().waitFor()
      },
      // Moved to another folder, the mail is no longer open.
      'no-mail': async ({ pane, t }) => {
        const first = page.getByRole('region', { name: 'Mails' }).getByRole('button').first()
        const subject = ((await first.locator('.subject').textContent()) ?? '').replace('📎 ', '')
        await first.click()
        await page.locator('#reading').getByRole('heading', { name: subject }).waitFor()
        await page.locator('#reading').getByRole('button').first().click()
        await pane.getByRole('heading', { name: t('mail.none.title') }).waitFor()
      },
    })),
  )

  const { clear: letRead } = outlook.sandbox.misbehave('graph', { match: { path: /inbox\/messages\/./i }, stall: true })
  await graph.deliver(camille, aMail({ subject: 'Invoice that nobody told of', from }), { notifications: 0 })
  entra.grant(camille, ['Mail.Read', 'User.Read'])
  await api.call('connectMicrosoft', { body: { permissions: ['mail.read'] } })
  const latest = async () => (await api.call('readCatchUp', { params: { provider: 'microsoft' } })).latest
  await until(async () => (await latest())?.listed)
  const undoOne = /^(Undo 1 run|Annuler 1 exécution)$/
  const inSettings = async ({ button, pane, t }: PaneWords, heading: string) => {
    await button('tab.settings').click()
    await pane.getByRole('heading', { name: t(heading), exact: true }).waitFor()
  }
  faults.push(
    ...(await walk(page, {
      'catching-up': (words) => inSettings(words, 'caught-up.running'),
      'days-open': async (words) => {
        await inSettings(words, 'days.title')
        await words.pane.getByText(words.t('policy.title')).scrollIntoViewIfNeeded()
      },
    })),
  )
  letRead()
  await until(async () => {
    const { seen = 0, treated } = (await latest()) ?? {}
    return seen > 0 && seen === treated
  })
  faults.push(
    ...(await walk(page, {
      'caught-up': (words) => inSettings(words, 'caught-up.done'),
      'caught-up-undo': ({ pane }) => pane.getByRole('button', { name: undoOne }).click(),
    })),
  )
  const words = paneIn(page, 'fr')
  await words.pane.getByRole('button', { name: undoOne }).click()
  await words.button('run.undo').click()
  await words.pane.locator('section[aria-labelledby=caught-up] .fui-MessageBar').waitFor()
  await until(async () => (await words.pane.locator('#pane').getAttribute('aria-hidden')) === null)
  faults.push(...(await look(page, 'caught-up-undone-fr')))
  expect(faults).toEqual([])
}, 900_000)

test('who has themselves erased sees the receipt', async () => {
  const window = await outlook.openWindow(browser)
  page = window.page
  await signIn(page, window)
  await window.button('tab.settings').click()
  await window.button('sign-out').click()
  const faults = await walk(page, {
    // Outlook asks about the account once.
    erased: async ({ button, pane, t }) => {
      await button('sign-in').click()
      await button('tab.settings').click()
      await button('erase.title').click()
      expect(await button('erase.do').isEnabled()).toBe(false)
      await pane.getByRole('textbox').fill(t('erase.word'))
      await button('erase.do').click()
      await pane.getByRole('heading', { name: t('erase.done') }).waitFor()
      await pane.locator('code').waitFor()
    },
    'erased-signed-out': async ({ button }) => {
      await button('erase.close').click()
      await button('sign-in').waitFor()
    },
  })
  expect(faults).toEqual([])

  // Another window would write its owner down anew with the next thing that it asks for.
  const other = await window.context.newPage()
  await other.goto(outlook.hostUrl)
  const there = paneIn(other, 'en')
  await there.button('sign-in').click()
  await other.locator('#account-yes').click()
  await there.button('tab.settings').waitFor()
  const here = paneIn(page, 'fr')
  await here.button('sign-in').click()
  await here.button('tab.settings').click()
  await here.button('erase.title').click()
  await here.pane.getByRole('textbox').fill(here.t('erase.word'))
  await here.button('erase.do').click()
  await there.button('sign-in').waitFor()
  await here.pane.getByRole('heading', { name: here.t('erase.done') }).waitFor()
})

test('a window on another machine signs out when its person was erased, and does not write them down anew', async () => {
  const window = await outlook.openWindow(browser)
  page = window.page
  const streamed = page.waitForResponse((response) => response.url().endsWith('/api/events'))
  await signIn(page, window)
  await streamed
  await window.button('tab.settings').waitFor()
  const before = await api.call('readMe')
  await api.call('eraseMe')
  await window.button('sign-in').waitFor()
  // Whoever has asked since was a new person: this is the first who does.
  const answers: number[] = []
  page.on('response', (response) => new URL(response.url()).pathname.startsWith('/api/') && answers.push(response.status()))
  await until(async () => (await api.request('GET', '/api/me')).status === 200)
  expect((await api.call('readMe')).id).not.toBe(before.id)
  expect(answers.filter((status) => status === 200)).toEqual([])
})

// Without a host the pane goes by what the browser says.
test.each(languages)('office.js blocked, in %s', async (language, locale) => {
  const faults: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ locale, colorScheme, viewport: { width: 1280, height: 800 } })
    await context.route('**/office.js', (route) => route.abort())
    page = await context.newPage()
    await page.goto(outlook.hostUrl)
    const { pane, t } = paneIn(page, language)
    await pane.getByRole('heading', { name: t('blocked.title') }).waitFor()
    faults.push(...(await look(page, `blocked-${language}-${colorScheme}`)))
    await context.close()
  }
  expect(faults).toEqual([])
})

test('what is too pale, too wide or without a name is seen', async () => {
  const window = await outlook.openWindow(browser)
  await window.button('sign-in').waitFor()
  const pane = window.page.frames().find((frame) => frame.url().includes('/taskpane.html'))
  const bad = '<p style="color:#ccc;width:400px">Too pale and too wide</p><button></button>'
  await pane?.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', ${JSON.stringify(bad)})`)
  const faults = (await faultsOfPane(window.page)).join('\n')
  for (const expected of [/color-contrast: <p/, /button-name: <button/, /Outside: p "Too pale/]) expect(faults).toMatch(expected)
  await window.context.close()
})
