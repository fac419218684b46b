// What a recipe's run hands to a target, with defaults.
import { randomUUID } from 'node:crypto'
import type { Intent, Origin, Refused, Sent } from '../../../../server/boards/board-target.ts'

export const origin = (conversationId = 'c'): Origin => ({
  messageId: randomUUID(),
  conversationId,
  internetMessageId: null,
  recipeId: null,
  runId: randomUUID(),
})

export const intent = (request: string, more: Partial<Intent> = {}): Intent => ({
  request,
  key: randomUUID(),
  marker: randomUUID(),
  made: null,
  ...more,
})

export const sent = (answer: Sent | Refused): Sent => {
  if ('refused' in answer) throw new Error(`Refused: ${JSON.stringify(answer)}`)
  return answer
}
