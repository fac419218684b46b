// One action carried out on one mail because its owner clicked: a run of its own that no recipe made.
import { fieldsNeeded } from '../../../recipes/fields.ts'
import type { Action } from '../../../recipes/actions/actions.ts'
import { parseAction } from '../../../recipes/parse-recipe.ts'
import type { Run } from '../../../contract/run.ts'
import { lookAtBoards } from '../../boards/look-at-boards.ts'
import { actionBoardFaults } from '../../boards/recipe-board-faults.ts'
import { atSpareTurn } from '../../connections/spare-turn.ts'
import type { Room } from '../../content/room.ts'
import { announce } from '../../live/live.ts'
import { log } from '../../log.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import { type Fault, Problem } from '../../problem.ts'
import { askMailbox, type AskedMailbox, asMail, factsOf, readOne } from '../../mailboxes/ask-mailbox.ts'
import { performRun } from '../../actions/perform.ts'
import { makeRunsDue } from '../../runs/due-runs.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { readRun } from '../../runs/run-list.ts'
import { insertRun, waitingAction } from '../../runs/run-store.ts'

/** Its job goes on with it where this process does not come to its end. */
const jobAfterSeconds = 2

export async function actOnMessage(deps: RunDeps, actor: Actor, asked: { messageId: string; action: unknown }): Promise<Run> {
  const action = await judged(deps, actor, asked.action)
  const { planned, mailbox } = await planOn(deps, actor, { messageId: asked.messageId, action })
  const runId = await asPerson(deps.db, actor, async (trx) => {
    const facts = { tenantId: actor.tenantId, personId: actor.personId, connectionId: mailbox.connectionId, messageId: planned.messageId }
    const id = await insertRun(
      trx,
      { ...facts, event: 'click', recipe: null, mail: planned.mail },
      { outcome: 'waiting', reason: { code: 'waiting-for-retry' }, actions: [waitingAction(planned.plan)] },
    )
    if (id === undefined) throw new Error('A click has its run already')
    await announce(trx, { tenantId: actor.tenantId, personId: actor.personId, kind: 'run', id })
    await makeRunsDue(trx, [id], jobAfterSeconds)
    return id
  })
  await atSpareTurn(deps.db, mailbox.connectionId, () => performRun(deps, runId)).catch((error: unknown) =>
    log.warn({ err: error, runId }, 'A click is left to its job'),
  )
  return asPerson(deps.db, actor, (trx) => readRun(trx, actor, runId))
}

function planOn(deps: RunDeps, actor: Actor, { messageId, action }: { messageId: string; action: Action }) {
  const planIn = async (room: Room, asked: AskedMailbox) => {
    const fetched = await readOne(asked, messageId, { fields: fieldsOf(action), room })
    const planned = asMail(await deps.content.click(actor.personId, { fetched, facts: factsOf(asked.mailbox), action }, room))
    return { planned, mailbox: asked.mailbox }
  }
  return askMailbox(deps, actor, 'one-click', (asked) => deps.content.inRoom(actor, (room) => planIn(room, asked)))
}

const fieldsOf = (action: Action) => fieldsNeeded([{ conditions: { all: [] }, actions: [action] }])

async function judged(deps: RunDeps, actor: Actor, input: unknown): Promise<Action> {
  const parsed = parseAction(input)
  if ('issues' in parsed) throw invalid(parsed.issues)
  await lookAtBoards(deps.targets, actor, [parsed.action])
  const faults = await asPerson(deps.db, actor, (trx) => actionBoardFaults(trx, deps.targets, actor, parsed.action))
  if (faults.length > 0) throw invalid(faults)
  return parsed.action
}

const invalid = (errors: Fault[]) => new Problem('invalid-recipe', 'The action is not valid.', { errors })
