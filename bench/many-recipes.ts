// What fifty recipes of a person cost a mail, beside one: where none of them matches, and where one does.
import { until } from '../test/support/until.ts'
import { aBoard, aRecipe, everyMail } from '../test/support/builders.ts'
import { connectCrowd, type Crowd, postingsFor } from './crowd.ts'
import { cpuMs } from './harness/process-figures.ts'
import type { World } from './harness/world.ts'
import type { Posts } from './post.ts'
import { median, type Result, rounded } from './result.ts'

type Given = { world: World; posts: Posts; rounds: number; mails: number }
type Figures = { cpuMs: number; rows: number }

const people = 20
const many = 50

export async function benchManyRecipes({ world, posts, rounds, mails }: Given): Promise<Result[]> {
  const crowds = {
    oneOfNone: await crowdWith(world, 'a', { matching: 0, others: 1 }),
    manyOfNone: await crowdWith(world, 'b', { matching: 0, others: many }),
    oneOfOne: await crowdWith(world, 'c', { matching: 1, others: 0 }),
    oneOfMany: await crowdWith(world, 'd', { matching: 1, others: many - 1 }),
  }
  const measured: Record<keyof typeof crowds, Figures[]> = { oneOfNone: [], manyOfNone: [], oneOfOne: [], oneOfMany: [] }
  for (let round = 0; round < rounds; round += 1)
    for (const [name, crowd] of Object.entries(crowds) as [keyof typeof crowds, Crowd][])
      measured[name].push(await figuresOf(world, crowd, posts, `${name}${round}`, mails))
  const medians = (figures: Figures[]) => ({
    cpuMs: median(figures.map((each) => each.cpuMs)),
    rows: median(figures.map((each) => each.rows)),
  })
  const beside = (name: string, few: Figures, all: Figures, goal: number): Result => ({
    name,
    unit: 'CPU ms/mail',
    ours: rounded(all.cpuMs),
    baseline: rounded(few.cpuMs),
    ratio: rounded(all.cpuMs / few.cpuMs),
    cpuMsPerMail: rounded(all.cpuMs),
    lost: 0,
    doubled: 0,
    notes: `at most ${goal}; ${all.rows} rows a mail beside ${few.rows}`,
  })
  return [
    beside(`${many} recipes, none matches, beside 1`, medians(measured.oneOfNone), medians(measured.manyOfNone), 1.2),
    beside(`${many} recipes, one matches, beside 1`, medians(measured.oneOfOne), medians(measured.oneOfMany), 1.3),
  ]
}

function crowdWith(world: World, name: string, { matching, others }: { matching: number; others: number }): Promise<Crowd> {
  return connectCrowd(world, people, {
    name: `recipes-${name}`,
    async prepare(api) {
      const board = await aBoard(api)
      for (let index = 0; index < others; index += 1)
        await aRecipe(api, board, { conditions: { all: [{ field: 'subject', operator: 'contains', values: [`order no. ${index} `] }] } })
      for (let index = 0; index < matching; index += 1) await aRecipe(api, board, { conditions: everyMail })
    },
  })
}

async function figuresOf(world: World, crowd: Crowd, posts: Posts, round: string, mails: number): Promise<Figures> {
  const postings = await postingsFor(world, crowd, round, mails)
  const before = { cpu: cpuOf(world), rows: await rowsOf(world) }
  await posts.all(`${world.replicas[0]?.url}/graph/notifications`, postings)
  await until(async () => (await world.openJobs()) === 0, 300_000)
  return { cpuMs: (cpuOf(world) - before.cpu) / mails, rows: rounded(((await rowsOf(world)) - before.rows) / mails) }
}

const cpuOf = ({ replicas }: World) => replicas.reduce((sum, replica) => sum + cpuMs(replica.pid()), 0)

const rowsOf = ({ query }: World) =>
  query.count(
    'select (select count(*) from runs) + (select count(*) from actions) + (select count(*) from checks) + (select count(*) from items)',
  )
