import { badRequest, GraphError } from './graph-error.ts'

export type Expanded = { attachments: boolean; properties: string[] | null }

/** Reads `$expand` of a message: attachments, and extended properties named one by one. */
export function readExpand(text: string | undefined): Expanded {
  const expanded: Expanded = { attachments: false, properties: null }
  for (const part of text === undefined ? [] : splitOutsideParentheses(text)) {
    const filter = /^singleValueExtendedProperties\(\$filter=(.+)\)$/.exec(part)?.[1]
    if (filter !== undefined) expanded.properties = filter.split(/ or /).map(readPropertyId)
    else if (part === 'attachments') expanded.attachments = true
    else if (part.startsWith('singleValueExtendedProperties')) throw badRequest('$expand of singleValueExtendedProperties needs a $filter.')
    else
      throw new GraphError(400, 'RequestBroker--ParseUri', `Could not find a property named '${part}' on type 'microsoft.graph.message'.`)
  }
  return expanded
}

function readPropertyId(term: string): string {
  const id = /^id eq '([^']+)'$/.exec(term.trim())?.[1]
  if (id === undefined) throw badRequest(`Invalid filter clause: '${term}'.`)
  if (!/^(Integer|String|Boolean|Long|SystemTime|Binary) (0x[0-9a-fA-F]{1,8}|\{[0-9a-fA-F-]{36}\} (Id 0x[0-9a-fA-F]+|Name .+))$/.test(id)) {
    throw new GraphError(400, 'ErrorInvalidPropertyId', `PropertyId values may only be in one of the documented formats: '${id}'.`)
  }
  return id
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character !== ',' || depth > 0) continue
    parts.push(text.slice(start, index))
    start = index + 1
  }
  return [...parts, text.slice(start)].map((part) => part.trim())
}
