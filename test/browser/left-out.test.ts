// What is left out is seen: by who writes the recipe, in the try, on the item and in the run; in both languages, by day and by night.
import { expect, test } from '@jest/globals'
import { apiClient } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, untilItems } from '../support/builders.ts'
import { launchBrowser } from '../support/chromium.ts'
import { openOutlook } from '../support/outlook-host/outlook.ts'
import { signIn, walk } from '../support/outlook-host/screens.ts'
import { until } from '../support/until.ts'

test('a label that the board does not have, a date that is a word, and a number that might be two', async () => {
  const outlook = await openOutlook()
  const browser = await launchBrowser()
  try {
    const { entra, graph } = outlook.sandbox
    const [camille] = entra.people
    if (camille === undefined) throw new Error('The sandbox has lost its people.')
    const api = apiClient(outlook.serverUrl, () => entra.accessToken(camille))
    entra.grant(camille, ['Mail.Read', 'User.Read'])
    await api.call('connectMicrosoft', { body: { permissions: ['mail.read'], catchUp: 'none' } })
    await until(() => graph.subscriptions(camille).length > 0)
    const board = await aBoard(api, {
      name: 'Orders',
      columns: [
        { id: 'priority', title: 'Priority', type: 'status', labels: ['Low', 'High'] },
        { id: 'due', title: 'Date of delivery as the supplier has promised it', type: 'date' },
        { id: 'amount', title: 'Amount', type: 'numbers' },
      ],
    })
    const columns = { priority: 'Urgent', due: '{{ message.body.text }}', amount: '{{ message.subject | extract: "([0-9.,]+)" }}' }
    await aRecipe(api, board, { name: 'Orders', conditions: everyMail, actions: [createItemOn(board, { columns })] })
    const body = { contentType: 'text' as const, content: 'tomorrow' }
    await graph.deliver(camille, aMail({ subject: 'Order over 1,234', body }))
    await untilItems(api, board, 1)

    const { page, ...window } = await outlook.openWindow(browser)
    await signIn(page, window)
    await page.getByRole('region', { name: 'Mails' }).getByRole('button', { name: 'Order over 1,234' }).click()
    const faults = await walk(page, {
      'left-out-warned': async ({ tab, button, pane, t }) => {
        await tab('recipes').click()
        await button('edit').click()
        await pane.getByLabel(t('recipe.name')).waitFor()
        await pane.getByRole('listitem').filter({ hasText: 'Priority' }).last().scrollIntoViewIfNeeded()
      },
      'left-out-tried': async ({ button, pane, t }) => {
        await button('try.this').click()
        await pane.getByText(t('try.nothing-written')).waitFor()
        await pane.getByRole('listitem').filter({ hasText: 'Date of delivery' }).last().scrollIntoViewIfNeeded()
      },
      'left-out-item': async ({ tab, pane, t }) => {
        await tab('boards').click()
        await pane.getByText('Orders').click()
        await pane.getByRole('button', { name: 'Order over 1,234' }).click()
        await pane.getByRole('heading', { name: t('updates.title') }).waitFor()
      },
      'left-out-run': async ({ tab, pane, button }) => {
        await tab('activity').click()
        await pane.getByRole('button', { name: 'Order over 1,234' }).click()
        await button('run.undo').waitFor()
      },
    })
    expect(faults).toEqual([])
  } finally {
    await browser.close()
    await outlook.stop()
  }
})
