// How much of an email is used, and how long it is kept.
import { largestMail, mostFiles } from '../boards/built-in/add-files.ts'
import { largestFile, ticketSeconds } from '../boards/file-store.ts'
import { heavyShare, littleNs, mostHeavy, quickNs, quickShare } from '../content/content.ts'
import { largestJsonBytes, largestLongBytes } from '../graph/graph-client.ts'
import { mostMarks, safeHtmlLimits } from '../html/limits.ts'
import { longestText } from '../html/readable-text.ts'
import { mostAttempts } from '../jobs/retry.ts'
import { longestHtml } from '../messages/message-from-graph.ts'
import { usualLargestBytes } from '../upstream/request.ts'
import { count, type Limit, size } from './limit.ts'

const ms = (nanoseconds: number) => `${nanoseconds / 1e6} ms`

export const emailLimits: Limit[] = [
  {
    what: 'Visible HTML of an email, and its text',
    howMuch: `${count(longestHtml)}, ${count(longestText)} characters`,
    answer: 'it is cut, and the run says so',
    test: { file: 'test/server/html/readable-text.test.ts', name: 'what does not fit is cut, and said to be' },
  },
  {
    what: 'Tags and attributes of the HTML of an email',
    howMuch: count(mostMarks),
    answer: 'the rest is left out, and the run says so',
    test: { file: 'test/server/messages/message-from-graph.test.ts', name: 'a million tags are read, and what comes after is cut' },
  },
  {
    what: 'HTML of an update',
    howMuch: `${count(safeHtmlLimits.html)} characters, ${safeHtmlLimits.depth} levels`,
    answer: `only its text is kept, at most ${count(safeHtmlLimits.text)} characters`,
    test: { file: 'test/server/html/safe-html.test.ts', name: 'nested too deep: its text is kept' },
  },
  {
    what: 'Columns and rows that a cell spans',
    howMuch: `${safeHtmlLimits.columns}, ${safeHtmlLimits.rows}`,
    answer: 'the rest of the span is left out',
    test: { file: 'test/server/html/safe-html.test.ts', name: 'a cell spans no more than can be shown' },
  },
  {
    what: 'An email, as Graph returns it',
    howMuch: size(largestLongBytes),
    answer: 'the run ends as `too-heavy` (`read`)',
    test: { file: 'test/journeys/too-heavy.test.ts', name: 'an email beyond the largest ends as a run that says so' },
  },
  {
    what: 'Work of one recipe on an email, estimated beforehand',
    howMuch: `${ms(littleNs)} directly, ${ms(quickNs)} in a quick thread, more in the thread for heavy work`,
    answer: 'none: it only takes longer',
    test: { file: 'test/recipes/weight.test.ts', name: 'a longer mail is never less work, and neither is one more condition' },
  },
  {
    what: 'CPU time in a thread, for one part of the work and for all of it',
    howMuch: `${quickShare.partMs / 1000} s, ${heavyShare.wholeMs / 1000} s`,
    answer: 'the run ends as `too-heavy` and names the part; a request gets 422 `too-heavy`',
    test: { file: 'test/server/content/content.test.ts', name: 'a part that takes more than its share of time is stopped, and named' },
  },
  {
    what: 'Memory of a quick thread, of the heavy one',
    howMuch: `${quickShare.memoryMb} MB, ${heavyShare.memoryMb} MB`,
    answer: 'as for CPU time',
    test: { file: 'test/server/content/content.test.ts', name: 'more memory than its share ends the work, and the next work is done' },
  },
  {
    what: 'Heavy work waiting or in progress: in all, of a tenant, of a person',
    howMuch: `${mostHeavy.all}, ${mostHeavy.ofTenant}, ${mostHeavy.ofPerson}`,
    answer: 'an email is tried again some seconds later; a request gets 503 with `Retry-After`',
    test: { file: 'test/server/content/content.test.ts', name: 'one person, or one tenant, never takes all of it' },
  },
  {
    what: 'A file; all files of an email',
    howMuch: `${size(largestFile)}; ${mostFiles} files, ${size(largestMail)}`,
    answer: 'it is left out, and the run says so',
    test: {
      file: 'test/server/boards/built-in.contract.test.ts',
      name: 'files: taken within the limits, seen when whole, given out once',
    },
  },
  {
    what: 'Download address of a file',
    howMuch: `works once, within ${ticketSeconds} s`,
    answer: '404 `not-found`',
    test: {
      file: 'test/server/boards/built-in.contract.test.ts',
      name: 'files: taken within the limits, seen when whole, given out once',
    },
  },
  {
    what: 'An answer of Graph, of another service',
    howMuch: `${size(largestJsonBytes)}, ${size(usualLargestBytes)}`,
    answer: 'the call counts as failed',
    test: { file: 'test/server/upstream/request.test.ts', name: 'what is too large is not read to its end' },
  },
  {
    what: 'Attempts on an email that keeps failing',
    howMuch: count(mostAttempts),
    answer: 'the run ends with `fails-every-time`',
    test: {
      file: 'test/server/runs/runs.test.ts',
      name: 'a mail that Graph alone cannot give is shown to its owner in the end, and holds no other',
    },
  },
  {
    what: 'Runs, and the access log',
    howMuch: '`RETENTION_DAYS`: 30 days by default',
    answer: 'older ones are deleted',
    test: { file: 'test/server/runs/runs.test.ts', name: 'old runs go, and items stay' },
  },
]
