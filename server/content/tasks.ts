// The entry point of each thread. It knows no database and no network.
import { fieldsNeeded, type MessageField } from '../../recipes/fields.ts'
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'
import type { Action } from '../../recipes/actions/actions.ts'
import { safeBody, type SafeBody } from '../html/safe-html.ts'
import { contentsOf } from '../messages/contents-of.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import type { MailboxFacts } from '../messages/message-from-graph.ts'
import { type AskedRecipe, type Enter, type Judged, judgeMail, parts } from './judge-mail.ts'
import { planForClick, type PlannedClick } from './plan-click.ts'
import { type Tried, tryMail } from './try-mail.ts'

/** Shared with the watcher: how many parts were begun, the current part, and its recipe. */
export type Progress = Int32Array<SharedArrayBuffer>

export type Tasks = {
  judge: { fetched: FetchedMail; facts: MailboxFacts; asked: readonly AskedRecipe[] }
  attempt: { fetched: FetchedMail; facts: MailboxFacts; recipe: RecipeBody }
  click: { fetched: FetchedMail; facts: MailboxFacts; action: Action }
  contents: { fetched: FetchedMail; facts: MailboxFacts }
  clean: { html: string }
  fields: { bodies: readonly string[] }
}
export type TaskName = keyof Tasks
export type Results = {
  judge: Judged | 'draft' | undefined
  attempt: Tried | 'draft' | undefined
  click: PlannedClick | 'draft' | undefined
  contents: string | undefined
  clean: SafeBody
  fields: MessageField[]
}
type Given<Name extends TaskName> = { task: Tasks[Name]; progress: Progress }

/** judgeMail(), planForClick() and the others: the same functions that are called directly for little work. */
export const tasks: { [Name in TaskName]: (task: Tasks[Name], enter: Enter) => Results[Name] } = {
  judge: ({ fetched, facts, asked }, enter) => judgeMail(fetched, facts, asked, enter),
  attempt: ({ fetched, facts, recipe }, enter) => tryMail(fetched, facts, recipe, enter),
  click: ({ fetched, facts, action }, enter) => planForClick(fetched, facts, action, enter),
  contents({ fetched, facts }, enter) {
    enter('read', 0)
    return contentsOf(fetched, facts)
  },
  clean({ html }, enter) {
    enter('update', 0)
    return safeBody(html)
  },
  fields({ bodies }, enter) {
    enter('conditions', 0)
    return [...fieldsNeeded(bodies.map((body) => recipeBody.parse(JSON.parse(body))))]
  },
}

export const judge = inThread('judge')
export const attempt = inThread('attempt')
export const click = inThread('click')
export const contents = inThread('contents')
export const clean = inThread('clean')
export const fields = inThread('fields')

function inThread<Name extends TaskName>(name: Name) {
  return ({ task, progress }: Given<Name>): Results[Name] =>
    tasks[name](task, (part, recipe) => {
      Atomics.store(progress, 1, parts.indexOf(part))
      Atomics.store(progress, 2, recipe)
      Atomics.add(progress, 0, 1)
    })
}
