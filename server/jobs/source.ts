import type { ClaimedJob, Ending } from './attempt.ts'

/** Where the jobs of a queue come from. */
export type Source = {
  claim(most: number): Promise<ClaimedJob[]>
  /** Ends an attempt, and puts the one that follows it in its place. */
  settle(job: ClaimedJob, ending: Ending): Promise<void>
  touch(jobs: ClaimedJob[]): Promise<void>
  giveBack(jobs: ClaimedJob[]): Promise<void>
}
