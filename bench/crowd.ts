// Connected mailboxes, each with a board and, unless said otherwise, a recipe that makes an item of every mail.
import type { Person } from '../sandbox/entra/directory.ts'
import { changeNotification } from '../sandbox/graph/notifier.ts'
import { aBoard, aMail, aRecipe, everyMail } from '../test/support/builders.ts'
import type { Api } from '../test/support/api-client.ts'
import { until } from '../test/support/until.ts'
import type { World } from './harness/world.ts'
import { inLanes } from './post.ts'

export type Crowd = { people: Person[]; size: number }

type Prepared = { name: string; prepare(api: Api): Promise<void> }

const usual: Prepared = { name: 'person', prepare: async (api) => void (await aRecipe(api, await aBoard(api), { conditions: everyMail })) }

export async function connectCrowd(world: World, size: number, { name, prepare } = usual): Promise<Crowd> {
  const { sandbox } = world
  const people = Array.from({ length: size }, (_, index) =>
    sandbox.entra.addPerson({ name: `Person ${index}`, address: `${name}${index}@contoso-demo.example` }),
  )
  await inLanes(people, 8, async (person) => {
    const api = world.api(person)
    sandbox.entra.grant(person, ['Mail.Read', 'User.Read'])
    await api.call('connectMicrosoft', { body: { permissions: ['mail.read'] } })
    await prepare(api)
  })
  await until(() => people.every((person) => sandbox.graph.subscriptions(person).length === 1), 60_000)
  await until(async () => (await world.openJobs()) === 0, 60_000)
  return { people, size }
}

/** Puts mails into the mailboxes in turn, unannounced, and gives what Graph posts about each. */
export async function postingsFor(world: World, { people }: Crowd, round: string, mails: number): Promise<string[]> {
  const { graph } = world.sandbox
  const postings: string[] = []
  for (let index = 0; index < mails; index += 1) {
    const person = people[index % people.length] as Person
    const { id } = await graph.deliver(person, aMail({ subject: `${round} ${index}` }), { notifications: 0 })
    const message = graph.mailbox(person).message(id)
    const [subscription] = graph.subscriptions(person)
    if (message && subscription) postings.push(JSON.stringify({ value: [changeNotification(subscription, message, 'created')] }))
  }
  return postings
}

/** What became of the mails of a round. */
export async function countOf({ query }: World, round: string, mails: number): Promise<{ lost: number; doubled: number }> {
  const [row] = await query.rows(`select count(*)::int as made, count(distinct name)::int as names from items where name like $1`, [
    `${round} %`,
  ])
  const names = Number(row?.['names'])
  return { lost: mails - names, doubled: Number(row?.['made']) - names }
}

/** Whether every mail of a round has its item. All items are looked through only when no mail waits: who watches shares the machine. */
export async function isMade({ query }: World, round: string, mails: number): Promise<boolean> {
  if ((await query.count(`select count(*) from inbox_messages where state = 'queued'`)) > 0) return false
  return (await query.count('select count(*) from items where name like $1', [`${round} %`])) >= mails
}
