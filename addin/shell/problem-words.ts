// The pane's own words for problems and faults, by their codes. A problem's `detail` is in English and for programs, so it is
// never shown.
import { ProblemError, problemCode } from '../api/problem.ts'
import type { TextId } from './language.ts'

/** undefined: the language has no words for this id. */
export type TextIfThere = (id: string) => string | undefined

type Fault = { pointer: string; code?: string | undefined }

export function problemWords(error: unknown, textIfThere: TextIfThere): string {
  const unknown: TextId = 'problem.internal-error'
  return textIfThere(`problem.${problemCode(error)}`) ?? textIfThere(unknown) ?? ''
}

/** What to fix, each once. Faults without their own words are left out: the problem itself already says as much. */
export function faultsOfProblem(error: unknown, textIfThere: TextIfThere): string[] {
  const errors = error instanceof ProblemError ? (error.body.errors ?? []) : []
  return [...new Set(errors.flatMap((fault) => ownWords(fault, textIfThere) ?? []))]
}

export function faultWords(fault: Fault, textIfThere: TextIfThere): string {
  const other: TextId = 'issue.not-valid'
  return ownWords(fault, textIfThere) ?? textIfThere(other) ?? ''
}

function ownWords({ pointer, code }: Fault, textIfThere: TextIfThere): string | undefined {
  if (code !== 'too-small') return textIfThere(`issue.${code}`)
  const empty: TextId = /\/values(\/\d+)?$/.test(pointer) ? 'issue.empty-value' : 'form.required'
  return textIfThere(empty)
}
