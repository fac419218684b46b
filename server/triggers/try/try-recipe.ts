// A dry run: what a recipe would do with mails that are there. Nothing is written anywhere.
import type { z } from 'zod'
import type { TryResult, tryRecipe as tryShape } from '../../../contract/recipe.ts'
import { fieldsNeeded } from '../../../recipes/fields.ts'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'
import type { RecipeBody } from '../../../recipes/recipe.ts'
import { inWords } from '../../../recipes/left-out.ts'
import { lookAtBoards } from '../../boards/look-at-boards.ts'
import { boardsOf, type KnownBoards, leftOutOn } from '../../boards/recipe-warnings.ts'
import type { ReadyAction, ReadyItem } from '../../content/plan.ts'
import type { Room } from '../../content/room.ts'
import type { Tried } from '../../content/try-mail.ts'
import { preformatted, type SafeBody } from '../../html/safe-html.ts'
import type { FetchedMail } from '../../messages/fetch-message.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import { Problem } from '../../problem.ts'
import { askMailbox, type AskedMailbox, asMail, factsOf, readLatest, readOne } from '../../mailboxes/ask-mailbox.ts'
import type { RunDeps } from '../../runs/run-deps.ts'

type Asked = z.output<typeof tryShape>

export async function tryRecipe(deps: RunDeps, actor: Actor, { recipe, message }: Asked): Promise<TryResult> {
  const parsed = parseRecipe(recipe)
  if ('issues' in parsed) throw new Problem('invalid-recipe', 'The recipe is not valid.', { errors: parsed.issues })
  await lookAtBoards(deps.targets, actor, parsed.recipe.actions)
  const boards = await asPerson(deps.db, actor, (trx) => boardsOf(trx, deps.targets, actor, parsed.recipe))
  const trial = { boards, recipe: parsed.recipe, message }
  const results = await askMailbox(deps, actor, 'try', (asked) =>
    deps.content.inRoom(actor, (room) => triedOn(deps, actor, { ...trial, asked, room })),
  )
  return { results }
}

type Trial = { boards: KnownBoards; recipe: RecipeBody; message: Asked['message']; asked: AskedMailbox; room: Room }

async function triedOn(
  { content }: RunDeps,
  { personId }: Actor,
  { boards, recipe, message, asked, room }: Trial,
): Promise<TryResult['results']> {
  const fields = fieldsNeeded([recipe])
  const facts = factsOf(asked.mailbox)
  const shortened = openShortening()
  const tried = async (fetched: FetchedMail) =>
    shownFrom(asMail(await content.attempt(personId, { fetched, facts, recipe }, room)), { boards, shorten: shortened })
  if ('id' in message) return [await tried(await readOne(asked, message.id, { fields, room }))]
  const results: TryResult['results'] = []
  for await (const fetched of readLatest(asked, message.latest, { fields, room })) results.push(await tried(fetched))
  return results
}

type Shorten = (body: SafeBody) => { html: string; isCut: boolean }

type Showing = { boards: KnownBoards; shorten: Shorten }

function shownFrom({ messageId, mail, matches, conditions, actions }: Tried, showing: Showing): TryResult['results'][number] {
  const { subject, from, receivedAt } = mail
  return {
    message: { id: messageId, subject, from, receivedAt },
    matches,
    conditions,
    actions: actions.map((action) => asShown(action, showing)),
  }
}

/** The HTML as a run would keep it, and what a run would leave out. */
function asShown(action: ReadyAction, { boards, shorten }: Showing) {
  const { timeZone } = action
  const leftOutOf = (item: ReadyItem) =>
    leftOutOn(boards, item.board, { columns: item.columns, ...(item.values && { values: item.values }), timeZone }, action.leftOut)
  switch (action.kind) {
    case 'create-item':
      return { ...itemShown(action, shorten), leftOut: leftOutOf(action) }
    case 'add-update': {
      const { otherwise } = action
      const body = shorten(action.body)
      return {
        ...action,
        body: { html: body.html },
        otherwise: otherwise === 'skip' ? 'skip' : { create: itemShown(otherwise.create, shorten) },
        leftOut: otherwise === 'skip' ? action.leftOut.map(inWords) : leftOutOf(otherwise.create),
        cut: withCut(action.cut, body.isCut, 'body'),
      }
    }
    case 'send-mail':
      return { ...action, body: { html: shorten(action.body).html }, leftOut: action.leftOut.map(inWords) }
    case 'set-columns':
      return { ...action, leftOut: action.leftOut.map(inWords) }
  }
}

function itemShown<Item extends ReadyItem & { cut?: string[] }>({ update, values: _values, ...item }: Item, shorten: Shorten) {
  if (update === undefined) return item
  const body = shorten(update)
  return { ...item, update: { html: body.html }, cut: withCut(item.cut ?? [], body.isCut, 'update') }
}

const withCut = (cut: readonly string[], isCut: boolean, part: string) => (isCut && !cut.includes(part) ? [...cut, part] : [...cut])

/** Characters of HTML in one answer: what comes after them is shown as the beginning of its text. */
const mostShown = 2_000_000
const shortText = 2_000

function openShortening(): Shorten {
  let left = mostShown
  return ({ html, text, isCut }) => {
    left -= html.length
    if (left >= 0) return { html, isCut }
    return { html: preformatted(text.slice(0, shortText).toWellFormed()), isCut: true }
  }
}
