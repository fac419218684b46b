import type { Request, Response } from 'express'

export type Preferences = { immutableId: boolean; bodyType: 'html' | 'text' | null }

/** Reads `Prefer` and confirms what is applied, as Graph does. */
export function applyPreferences(request: Request, response: Response): Preferences {
  const header = request.get('prefer') ?? ''
  const immutableId = /\bIdType\s*=\s*"?ImmutableId"?/i.test(header)
  const named = /outlook\.body-content-type\s*=\s*"?(html|text)"?/i.exec(header)?.[1]?.toLowerCase()
  const bodyType = named === 'text' || named === 'html' ? named : null
  const applied = [...(immutableId ? ['IdType="ImmutableId"'] : []), ...(bodyType ? [`outlook.body-content-type="${bodyType}"`] : [])]
  if (applied.length > 0) response.set('Preference-Applied', applied.join(', '))
  return { immutableId, bodyType }
}
