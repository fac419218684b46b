import { aRecipe, recipeBody } from '../../test/support/builders.ts'
import { until } from '../../test/support/until.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

/** Holds the next transaction with a run before its answer: the run is planned but not yet claimed. */
const afterPlan = ({ server }: World) => server.link.hold({ statement: /insert into "?runs"?/i, at: 'after commit' })

export const userFaults: Faults = {
  F55: {
    title: 'the recipe is turned off, then the mailbox disconnected, while a run waits',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { api, recipe } = mailbox
      const id = { params: { id: recipe.id } }
      const read = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true, times: 1 })
      await mailbox.deliver('Switched off, unwanted', { expect: 0 })
      await until(() => read.seen() > 0)
      await api.call('disableRecipe', id)
      read.clear()
      await until(async () => (await world.openJobs()) === 0, world.within(20_000))
      const first = (await mailbox.runs()).map(({ outcome, reason }) => `${outcome} ${reason.code}`)
      await api.call('enableRecipe', id)
      const again = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true, times: 1 })
      await mailbox.deliver('Disconnected, unwanted', { expect: 0 })
      await until(() => again.seen() > 0)
      await api.call('disconnect', { params: { provider: 'microsoft' } })
      again.clear()
      await until(async () => (await world.query.count('select count(*) from connections')) === 0, world.within(30_000))
      demand((await mailbox.items()).length === 0, 'an item was made')
      return `the run of the recipe that was turned off: ${first.join() || 'none'}`
    },
  },
  F56: {
    title: 'the recipe is edited while a run waits',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const held = afterPlan(world)
      await mailbox.deliver('As it was')
      await held.reached
      const { recipe, api, board } = mailbox
      const [action] = recipeBody(board).actions
      const body = { ...recipeBody(board), conditions: { all: [] }, actions: [{ ...action, name: 'Edited {{ message.subject }}' }] }
      await api.call('replaceRecipe', { params: { id: recipe.id }, body, headers: { 'if-match': `"${recipe.version}"` } })
      held.release()
      await until(() => mailbox.isComplete(), world.within(20_000))
      await world.sandbox.graph.deliver(mailbox.person, { subject: 'as it is' })
      mailbox.expected.push('Edited as it is')
    },
  },
  F57: {
    title: 'one email, three recipes; one email to two people, on one board',
    async inject(world) {
      const [camille, yanis] = [await world.mailbox('camille'), await world.mailbox('yanis')]
      for (const name of ['Second', 'Third']) await aRecipe(camille.api, camille.board, { name, conditions: { all: [] } })
      await camille.deliver('For three recipes', { expect: 3 })
      const shared = await camille.api.call('createBoard', { body: { name: 'Shared', visibility: 'tenant' } })
      const internetMessageId = '<one-for-two@mail.example>'
      for (const { api } of [camille, yanis])
        await aRecipe(api, shared, { name: 'Shared', conditions: { all: [{ field: 'subject', operator: 'contains', values: ['both'] }] } })
      await camille.deliver('For both', { mail: { internetMessageId }, expect: 3 })
      await yanis.deliver('For both', { mail: { internetMessageId } })
      const names = async () => (await camille.api.call('listItems', { params: { id: shared.id } })).items.map(({ name }) => name)
      await until(async () => (await names()).length >= 2, world.within(20_000))
      await world.settled()
      demand((await names()).join() === 'For both,For both', `on the shared board: ${(await names()).join()}`)
    },
  },
}
