import { createItemOn, everyMail, recipeBody } from '../../test/support/builders.ts'
import { residentBytes } from '../../test/support/processes.ts'
import { until } from '../../test/support/until.ts'
import { openMailbox } from '../harness/mailbox.ts'
import { demand, type Faults } from './fault.ts'

export const mailFaults: Faults = {
  F9: {
    title: 'moved to Deleted and Junk before it is read',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      graph.hold()
      for (const folder of ['deleteditems', 'junkemail']) {
        const { id } = await mailbox.deliver(`In ${folder}, unwanted there`, { expect: 0 })
        graph.move(mailbox.person, id, folder)
      }
      graph.release()
      await world.settled()
      const reasons = (await mailbox.runs()).map(({ reason }) => reason.code)
      demand(reasons.length === 2 && reasons.every((code) => code === 'not-in-inbox'), reasons.join())
    },
  },
  F10: {
    title: 'moved to a folder; deleted permanently; not found twice, then found',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      graph.hold()
      const moved = await mailbox.deliver('Moved, unwanted', { expect: 0 })
      graph.move(mailbox.person, moved.id, 'archive')
      const gone = await mailbox.deliver('Gone, unwanted', { expect: 0 })
      graph.remove(mailbox.person, gone.id)
      graph.release()
      await world.settled()
      const reasons = (await mailbox.runs()).map(({ reason }) => reason.code).toSorted()
      demand(reasons.join() === 'message-gone,not-in-inbox', reasons.join())
      world.sandbox.misbehave('graph', { match: { method: 'GET', path: /\/messages\/A/ }, status: 404, times: 2 })
      await mailbox.deliver('Found at last')
    },
  },
  F48: {
    title: 'an email that fails every time',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { id } = await mailbox.deliver('Poison, unwanted', { expect: 0, notifications: 0 })
      const poison = world.sandbox.misbehave('graph', { match: { method: 'GET', path: new RegExp(id) }, status: 200, body: { id: 7 } })
      await world.sandbox.graph.notify(mailbox.person, id)
      const from = Date.now()
      for (let index = 0; index < 20; index += 1) await mailbox.deliver(`Mail ${index}`)
      await until(() => mailbox.isComplete(), world.within(20_000))
      const others = Date.now() - from
      await until(async () => (await mailbox.runs()).some(({ outcome }) => outcome === 'needs-you'), world.within(60_000))
      demand(poison.seen() === 8, `tried ${poison.seen()} times`)
      return `parked after 8 attempts; twenty others done in ${others} ms`
    },
  },
  F49: {
    title: 'an email of 30 MB, 10,000 recipients, 5,000 nested tables, a bad charset, NUL, RTL, emoji, no subject',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { api, board, recipe, person } = mailbox
      const actions = [createItemOn(board, { update: '{{ message.body.html }}' })]
      const body = { ...recipeBody(board), conditions: everyMail, actions }
      await api.call('replaceRecipe', { params: { id: recipe.id }, body, headers: { 'if-match': `"${recipe.version}"` } })
      const html = (content: string) => ({ body: { contentType: 'html' as const, content } })
      const before = residentBytes(world.server.pid())
      let most = before
      const watch = setInterval(() => (most = Math.max(most, residentBytes(world.server.pid()))), 50)
      const to = Array.from({ length: 10_000 }, (_, index) => ({ name: `Person ${index}`, address: `person${index}@many.example` }))
      const slowest = { ms: 0, name: '' }
      const mails: [string, Parameters<typeof mailbox.deliver>[1]][] = [
        ['30 MB', { mail: html(`<p>${'lorem ipsum dolor sit amet '.repeat(1_165_000)}</p>`) }],
        ['Many recipients', { mail: { ...html('<p>Hello all</p>'), to } }],
        ['Many tables', { mail: html('<table><tr><td>'.repeat(5_000)) }],
        ['Bad charset', { mail: html(`${Buffer.from([0xff, 0xfe, 0xc3, 0x28]).toString('latin1')}\uFFFD`) }],
        ['مرحبا \u202Eabc 🎉👩‍👩‍👧', { mail: html('<p dir="rtl">مرحبا</p>') }],
      ]
      for (const [name, given] of mails) {
        const from = Date.now()
        await mailbox.deliver(name, given)
        await until(() => mailbox.isComplete(), world.within(30_000))
        if (Date.now() - from > slowest.ms) Object.assign(slowest, { ms: Date.now() - from, name })
      }
      clearInterval(watch)
      // Characters that PostgreSQL refuses are left out, and the item has a name.
      await world.sandbox.graph.deliver(person, { subject: 'Nul \0 here', from: null })
      await world.sandbox.graph.deliver(person, { subject: '', from: null })
      await until(async () => (await mailbox.items()).length === mails.length + 2, world.within(20_000))
      mailbox.expected.splice(0, Infinity, ...(await mailbox.items()).map(({ name }) => name))
      demand(slowest.ms < 5_000, `${slowest.name} took ${slowest.ms} ms`)
      demand(most - before < 256 * 2 ** 20, `${Math.round((most - before) / 2 ** 20)} MiB more`)
      return `slowest ${slowest.name}: ${slowest.ms} ms; ${Math.round((most - before) / 2 ** 20)} MiB more at most`
    },
  },
  F51: {
    title: 'a burst: 600 notifications at once, half of them for one of eleven mailboxes, and first',
    async inject(world) {
      const { graph, entra } = world.sandbox
      const loud = await world.mailbox('camille')
      for (let index = 0; index < 10; index += 1) {
        const person = entra.addPerson({ name: `Person ${index}`, address: `person${index}@contoso-demo.example` })
        world.mailboxes.push(await openMailbox(world, person))
      }
      await world.settled()
      const from = Date.now()
      for (let index = 0; index < 300; index += 1) await loud.deliver(`Mail ${index}`)
      for (let index = 0; index < 30; index += 1) for (const quiet of world.mailboxes.slice(1)) await quiet.deliver(`Mail ${index}`)
      await until(() => graph.idle(), 60_000)
      const acked = Date.now() - from
      const retried = graph.notifications.entries.filter(({ attempt }) => attempt > 1).length
      await world.settled(240_000)
      demand(retried === 0, `${retried} were answered too late and posted again`)
      // How long a mailbox waits: the average over its messages, from stored to done.
      const waits = await world.query.rows(`
        select count(*)::int as mails, extract(epoch from avg(finished_at - seen_at))::float as seconds
        from runs join inbox_messages using (connection_id, message_id) group by runs.person_id`)
      const quiet = waits.filter(({ mails }) => mails === 30).map(({ seconds }) => Number(seconds))
      const loudest = Number(waits.find(({ mails }) => mails === 300)?.['seconds'])
      demand(quiet.length === 10 && loudest > 0, 'eleven mailboxes were expected')
      const usual = quiet.toSorted((a, b) => a - b)[5] ?? 0
      const longest = Math.max(...quiet)
      demand(longest <= usual * 2, `a mailbox waited ${longest.toFixed(1)} s, the others ${usual.toFixed(1)} s`)
      demand(longest < loudest, `the quiet ones waited ${longest.toFixed(1)} s, the loud one ${loudest.toFixed(1)} s`)
      const waited = `a quiet mailbox waits ${usual.toFixed(1)} s, at most ${longest.toFixed(1)} s, the loud one ${loudest.toFixed(1)} s`
      return `all accepted after ${acked} ms, all items after ${((Date.now() - from) / 1000).toFixed(1)} s; ${waited}; the full size is in npm run bench`
    },
  },
}
