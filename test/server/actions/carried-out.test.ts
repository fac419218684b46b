import { expect, test } from '@jest/globals'
import { actions } from '../../../recipes/actions/actions.ts'
import { planAction } from '../../../recipes/plan.ts'
import { wantedFrom } from '../../../server/actions/wanted.ts'
import { builtInBoards } from '../../../server/boards/built-in/target.ts'
import { planFrom } from '../../../server/content/plan.ts'
import { safeBody } from '../../../server/html/safe-html.ts'
import { aMessage } from '../../recipes/builders.ts'
import { samples } from '../../recipes/samples.ts'

test.each(actions.kinds)('%s is carried out exactly if a recipe with it can be saved', (kind) => {
  const message = aMessage()
  const plan = planFrom(planAction(samples[kind], message), message, safeBody)
  const origin = { messageId: message.id, conversationId: null, internetMessageId: null, recipeId: null, runId: 'run' }
  const wanted = wantedFrom(plan, new Map([['built-in', builtInBoards]]), origin)
  expect('wanted' in wanted).toBe(actions.isCarriedOut(samples[kind]))
})
