// All work on content from messages and people: reading, conditions, patterns, templates, sanitizing. Little work (by estimate) is done
// directly; work that may be more goes to a thread; work that may be heavy waits for the one thread for it, where it is stopped if it
// takes more than its share. So no message and no recipe delays those of other people.
import type { MessageField } from '../../recipes/fields.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { type Weight, weightOf, workOf } from '../../recipes/weight.ts'
import type { SafeBody } from '../html/safe-html.ts'
import { metrics } from '../metrics.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import type { AskedRecipe, Decided } from './judge-mail.ts'
import { openLane } from './lane.ts'
import { inRoom, openRooms, type Owner, type Room } from './room.ts'
import { type Results, type TaskName, type Tasks, tasks } from './tasks.ts'
import { TooHeavy } from './too-heavy.ts'

export type Content = {
  /** Does work on a message that may be large: see room.ts. */
  inRoom<Result>(owner: Owner, work: (room: Room) => Promise<Result>): Promise<Result>
  /** undefined: Graph's answer cannot be read. Throws Busy. */
  judge(personId: string, task: Tasks['judge'], room: Room): Promise<Results['judge']>
  attempt(personId: string, task: Tasks['attempt'], room: Room): Promise<Results['attempt']>
  click(personId: string, task: Tasks['click'], room: Room): Promise<Results['click']>
  /** See messages/contents-of.ts. */
  contents(personId: string, task: Tasks['contents'], room: Room): Promise<Results['contents']>
  clean(owner: Owner, html: string): Promise<SafeBody>
  /** For recipes that are too many to parse directly. */
  fieldsOf(personId: string, bodies: readonly string[], room: Room): Promise<ReadonlySet<MessageField>>
  stop(): Promise<void>
}

/** Nanoseconds of work, as estimated by recipes/weight.ts. */
export const littleNs = 20e6
export const quickNs = 300e6
/** The message is read, and its body folded once for all conditions that compare it. */
const nsPerRead = 370
const nsPerCleaned = 700
const nsPerParsed = 400

const quickThreads = 2
export const quickShare = { memoryMb: 256, partMs: 1_500, wholeMs: 5_000, niceIncrement: 2 }
export const heavyShare = { memoryMb: 768, partMs: 3_000, wholeMs: 12_000, niceIncrement: 6 }
/** The most heavy work that may wait or be in progress; work beyond it is tried again later. */
export const mostHeavy = { all: 4, ofTenant: 2, ofPerson: 1 }
const mostTakenOut = 3

export function openContent(): Content {
  const quick = openLane(quickThreads, quickShare)
  const heavy = openLane(1, heavyShare)
  const rooms = openRooms(mostHeavy)

  const run = async <Name extends TaskName>(
    personId: string,
    name: Name,
    task: Tasks[Name],
    { work, room }: { work: number; room: Room },
  ) => {
    if (work <= littleNs) return counted('at-once', () => tasks[name](task, () => undefined))
    if (work <= quickNs && !room.isTaken()) return counted('quick', () => quick.run(personId, name, task))
    room.take()
    return counted('heavy', () => heavy.run(personId, name, task))
  }

  return {
    inRoom: (owner, work) => inRoom(rooms, owner, work),
    judge: (personId, task, room) =>
      judgeWithoutHeavy(task.asked, (asked) =>
        run(personId, 'judge', { ...task, asked }, { work: readWork(task.fetched) + recipesWork(asked, task.fetched), room }),
      ),
    attempt: (personId, task, room) =>
      run(personId, 'attempt', task, { work: readWork(task.fetched) + workOf(weightOf(task.recipe), sizeOf(task.fetched)), room }),
    click: (personId, task, room) =>
      run(personId, 'click', task, {
        work: readWork(task.fetched) + workOf(weightOf({ conditions: { all: [] }, actions: [task.action] }), sizeOf(task.fetched)),
        room,
      }),
    contents: (personId, task, room) => run(personId, 'contents', task, { work: readWork(task.fetched), room }),
    clean: (owner, html) =>
      inRoom(rooms, owner, (room) => run(owner.personId, 'clean', { html }, { work: html.length * nsPerCleaned, room })),
    async fieldsOf(personId, bodies, room) {
      const work = bodies.reduce((total, body) => total + body.length, 0) * nsPerParsed
      return new Set(await run(personId, 'fields', { bodies }, { work, room }))
    },
    stop: async () => void (await Promise.all([quick.stop(), heavy.stop()])),
  }
}

const sizeOf = ({ json, bodyJson }: FetchedMail) => json.byteLength + (bodyJson?.byteLength ?? 0)
const readWork = (fetched: FetchedMail) => sizeOf(fetched) * nsPerRead

const weights = new WeakMap<RecipeBody, Weight>()

function recipesWork(asked: readonly AskedRecipe[], fetched: FetchedMail): number {
  const size = sizeOf(fetched)
  return asked.reduce(
    (total, { body }) => total + (typeof body === 'string' ? Number.POSITIVE_INFINITY : workOf(knownWeight(body), size)),
    0,
  )
}

function knownWeight(recipe: RecipeBody): Weight {
  const weight = weights.get(recipe) ?? weightOf(recipe)
  weights.set(recipe, weight)
  return weight
}

/** A recipe that is too heavy for a message is left out, and the others are evaluated. */
async function judgeWithoutHeavy(
  asked: readonly AskedRecipe[],
  judge: (asked: readonly AskedRecipe[]) => Promise<Results['judge']>,
): Promise<Results['judge']> {
  const heavy: Decided[] = []
  let open = asked
  for (let takenOut = 0; ; takenOut += 1) {
    try {
      const judged = await judge(open)
      return judged === undefined || judged === 'draft' ? judged : { ...judged, decided: [...judged.decided, ...heavy] }
    } catch (error) {
      if (!(error instanceof TooHeavy)) throw error
      const { part, recipe, isWhole } = error
      const blamed = open.filter((_, at) => part === 'read' || takenOut === mostTakenOut || (isWhole ? at >= recipe : at === recipe))
      heavy.push(...blamed.map(({ id }) => ({ id, tooHeavy: part })))
      open = open.filter((one) => !blamed.includes(one))
      metrics.tooHeavy.inc({ part }, blamed.length)
      if (open.length === 0) return { mail: undefined, decided: heavy }
    }
  }
}

async function counted<Result>(how: 'at-once' | 'quick' | 'heavy', work: () => Result | Promise<Result>): Promise<Result> {
  metrics.contentWork.inc({ how })
  return work()
}
