import type { Candidate } from './message-work.ts'

/** Graph gives whole seconds: a mail of the second in which the recipe was switched on counts. One that was taken up before does too. */
export const sinceOf = ({ enabledAt, isBegun }: Candidate): Date | null =>
  isBegun ? null : new Date(Math.floor(enabledAt.getTime() / 1000) * 1000)

export function isSince(candidate: Candidate, at: Date): boolean {
  const since = sinceOf(candidate)
  return since === null || at >= since
}
