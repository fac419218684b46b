// A dry run: what a recipe would do with mails that are there. Nothing is written anywhere.
import { setImmediate } from 'node:timers/promises'
import type { z } from 'zod'
import type { TryResult, tryRecipe as tryShape } from '../../contract/recipe.ts'
import { decide } from '../../recipes/decide.ts'
import { fieldsNeeded } from '../../recipes/fields.ts'
import type { Message } from '../../recipes/message.ts'
import { planActions, type PlannedAction, type PlannedItem } from '../../recipes/plan.ts'
import { parseRecipe, type RecipeBody } from '../../recipes/recipe.ts'
import { safeBody } from '../boards/safe-html.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { askMailbox, readLatest, readOne } from './ask-mailbox.ts'
import { mailOf } from './mail-of.ts'
import type { RunDeps } from './run-deps.ts'

export async function tryRecipe(deps: RunDeps, actor: Actor, { recipe, message }: z.output<typeof tryShape>): Promise<TryResult> {
  const parsed = parseRecipe(recipe)
  if ('issues' in parsed) throw new Problem('invalid-recipe', 'The recipe has faults.', { errors: parsed.issues })
  const fields = fieldsNeeded([parsed.recipe])
  const messages = await askMailbox(deps, actor, 'try', async (asked) =>
    'id' in message ? [await readOne(asked, message.id, fields)] : readLatest(asked, message.latest, fields),
  )
  const results: TryResult['results'] = []
  for (const each of messages) {
    results.push(triedOn(parsed.recipe, each))
    // Up to 50 mails: others get their turn between two of them.
    await setImmediate()
  }
  return { results }
}

function triedOn(recipe: RecipeBody, message: Message): TryResult['results'][number] {
  const { matches, conditions } = decide(recipe, message)
  const { subject, from, receivedAt } = mailOf(message)
  return {
    message: { id: message.id, subject, from, receivedAt },
    matches,
    conditions,
    actions: matches ? planActions(recipe, message).map(asCarriedOut) : [],
  }
}

/** The HTML as a run would keep it: cleaned here, since a pane cannot clean what a hostile mail nests a hundred thousand deep. */
function asCarriedOut(action: PlannedAction): PlannedAction {
  switch (action.kind) {
    case 'create-item':
      return { ...action, ...cleaned(action) }
    case 'add-update':
      return {
        ...action,
        body: clean(action.body),
        otherwise: action.otherwise === 'skip' ? 'skip' : { create: { ...action.otherwise.create, ...cleaned(action.otherwise.create) } },
      }
    case 'send-mail':
      return { ...action, body: clean(action.body) }
    case 'set-columns':
      return action
  }
}

const clean = ({ html }: { html: string }) => ({ html: safeBody(html).html })

const cleaned = ({ update }: PlannedItem) => (update === undefined ? {} : { update: clean(update) })
