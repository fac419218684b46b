// What is wrong with an input, and where: a JSON pointer (RFC 6901), a sentence, and a code that a client can act on.
import type { z } from 'zod'

export type Issue = { pointer: string; detail: string; code: string }

type ZodIssue = z.core.$ZodIssue

export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function issuesFromZod(issues: readonly ZodIssue[], input: unknown): Issue[] {
  return issues.flatMap((issue) => issuesFrom(issue, [], input))
}

function issuesFrom(issue: ZodIssue, base: PropertyKey[], input: unknown): Issue[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      detail: `The field ${JSON.stringify(key)} does not exist here.`,
      code: 'unknown-field',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearest(issue.errors).flatMap((each) => issuesFrom(each, path, input))
  }
  return [{ pointer: pointerOf(path), detail: issue.message, code: codeOf(issue, valueAt(input, path)) }]
}

/** The errors of the union member that fits the value best: a fault of the value itself weighs more than a fault inside it. */
function nearest(errors: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] {
  return errors.reduce((best, each) => (distance(each) < distance(best) ? each : best))
}

function distance(issues: readonly ZodIssue[]): number {
  return issues.map(weight).reduce((sum, each) => sum + each, 0)
}

function weight(issue: ZodIssue): number {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return issue.path.length > 0 ? 1 : Math.min(...issue.errors.map(distance))
  if (issue.path.length > 1) return 1
  if (issue.path.length === 1) return issue.code === 'invalid_union' ? 500 : 100
  return issue.code === 'unrecognized_keys' ? 1000 * issue.keys.length : 2000
}

function codeOf(issue: ZodIssue, value: unknown): string {
  if (value === undefined) return 'missing'
  switch (issue.code) {
    case 'invalid_type':
      return 'wrong-type'
    case 'too_big':
      return 'too-big'
    case 'too_small':
      return 'too-small'
    case 'invalid_value':
    case 'invalid_union':
      return 'unknown-value'
    default:
      return 'not-valid'
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined),
    input,
  )
}
