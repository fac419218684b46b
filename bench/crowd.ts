// Connected mailboxes, each with a board and, by default, a recipe that creates an item from every message.
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

/** Puts messages into the mailboxes in turn, without notifications, and returns what Graph would post for each. */
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

/** The results for the messages of a round. */
export async function countOf({ query }: World, round: string, mails: number): Promise<{ lost: number; doubled: number }> {
  const [row] = await query.rows(`select count(*)::int as made, count(distinct name)::int as names from items where name like $1`, [
    `${round} %`,
  ])
  const names = Number(row?.['names'])
  return { lost: mails - names, doubled: Number(row?.['made']) - names }
}

/** Whether every message of a round has its item. Items are counted only when no message waits, because the check shares the machine. */
export async function isMade({ query }: World, round: string, mails: number): Promise<boolean> {
  if ((await query.count(`select count(*) from inbox_messages where state = 'queued'`)) > 0) return false
  return (await query.count('select count(*) from items where name like $1', [`${round} %`])) >= mails
}
