// How an action finds the item that it writes to.
import { z } from 'zod'
import type { Place } from '../board-use.ts'
import { renderLimits } from '../limits.ts'
import type { MessageField } from '../message.ts'
import { id, template } from '../shape.ts'
import { templateValue } from '../template-value.ts'
import type { PlacedTemplate, Writer } from './writing.ts'

export const find = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('conversation') }),
  z.strictObject({ by: z.literal('column'), column: id, value: template }),
])

export type Find = z.infer<typeof find>

/** `made`: what the value was made of, if that is one value. */
export const plannedFind = z.discriminatedUnion('by', [
  z.object({ by: z.literal('conversation'), conversationId: z.string() }),
  z.object({ by: z.literal('column'), column: z.string(), value: z.string(), made: templateValue.exactOptional() }),
])

export type PlannedFind = z.infer<typeof plannedFind>

export const findTemplates = (by: Find): PlacedTemplate[] => (by.by === 'column' ? [{ pointer: '/find/value', template: by.value }] : [])

export const findPlaces = (by: Find): Place[] => (by.by === 'column' ? [{ id: by.column, pointer: '/find/column' }] : [])

export const findNeeds = (by: Find): MessageField[] => (by.by === 'conversation' ? ['conversationId'] : [])

export function planFind(by: Find, writer: Writer): PlannedFind {
  if (by.by === 'conversation') return { by: 'conversation', conversationId: writer.message.conversationId }
  const made = writer.value(by.value)
  const value = writer.text(by.value, 'find', renderLimits.column).trim()
  return { by: 'column', column: by.column, value, ...(made === undefined ? {} : { made }) }
}
