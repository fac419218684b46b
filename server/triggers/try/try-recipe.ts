// A dry run: what a recipe would do with mails that are there. Nothing is written anywhere.
import type { z } from 'zod'
import type { TryResult, tryRecipe as tryShape } from '../../../contract/recipe.ts'
import { actions } from '../../../recipes/actions/actions.ts'
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
type Shown = TryResult['results'][number]

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
function asShown(action: ReadyAction, { boards, shorten }: Showing): Shown['actions'][number] {
  const { leftOut, timeZone } = action
  const item = actions.itemOf(action)
  const leftOutOf = ({ board, columns, values }: ReadyItem) =>
    leftOutOn(boards, board, { columns, ...(values && { values }), timeZone }, leftOut)
  const cut: string[] = []
  const shown = actions.reform(action, {
    html(body: SafeBody, part) {
      const { html, isCut } = shorten(body)
      if (isCut) cut.push(part)
      return { html }
    },
    item: (each) => itemShown(each, shorten),
  })
  return {
    ...shown,
    leftOut: item === undefined ? leftOut.map(inWords) : leftOutOf(item),
    cut: [...new Set([...shown.cut, ...cut])],
  }
}

/** An item that is the whole action has its `cut`; one within an action gets its own. */
function itemShown<Item extends ReadyItem & { cut?: string[] }>({ update, values: _values, ...item }: Item, shorten: Shorten) {
  if (update === undefined) return item
  const { html, isCut } = shorten(update)
  return { ...item, update: { html }, cut: [...new Set([...(item.cut ?? []), ...(isCut ? ['update'] : [])])] }
}

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
