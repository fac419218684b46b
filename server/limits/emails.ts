// What is taken of an email, and how long it is kept.
import { largestMail, mostFiles } from '../boards/built-in/add-files.ts'
import { largestFile, ticketSeconds } from '../boards/file-store.ts'
import { safeHtmlLimits } from '../boards/safe-html.ts'
import { largestJsonBytes } from '../graph/graph-client.ts'
import { longestText } from '../html/readable-text.ts'
import { mostAttempts } from '../jobs/retry.ts'
import { longestHtml } from '../messages/message-from-graph.ts'
import { usualLargestBytes } from '../upstream/request.ts'
import { count, type Limit, size } from './limit.ts'

export const emailLimits: Limit[] = [
  {
    what: 'HTML, and text, of an email',
    howMuch: `${count(longestHtml)}, ${count(longestText)} characters`,
    answer: 'it is cut, and the run says so',
    test: { file: 'test/server/html/readable-text.test.ts', name: 'what does not fit is cut, and said to be' },
  },
  {
    what: 'HTML of an update',
    howMuch: `${count(safeHtmlLimits.html)} characters, ${safeHtmlLimits.depth} levels`,
    answer: `its text alone is kept, at most ${count(safeHtmlLimits.text)} characters`,
    test: { file: 'test/server/boards/safe-html.test.ts', name: 'nested too deep: its text is kept' },
  },
  {
    what: 'A file, and the files of an email',
    howMuch: `${size(largestFile)}; ${mostFiles} files, ${size(largestMail)}`,
    answer: 'it is left out, and the run says so',
    test: {
      file: 'test/server/boards/built-in.contract.test.ts',
      name: 'files: taken within the limits, seen when whole, given out once',
    },
  },
  {
    what: 'The address of a file',
    howMuch: `once, within ${ticketSeconds} s`,
    answer: '404 `not-found`',
    test: {
      file: 'test/server/boards/built-in.contract.test.ts',
      name: 'files: taken within the limits, seen when whole, given out once',
    },
  },
  {
    what: 'An answer of Graph, and of another service',
    howMuch: `${size(largestJsonBytes)}, ${size(usualLargestBytes)}`,
    answer: 'it counts as a failure of that service',
    test: { file: 'test/server/upstream/request.test.ts', name: 'what is too large is not read to its end' },
  },
  {
    what: 'Attempts on an email that fails by itself',
    howMuch: count(mostAttempts),
    answer: 'the run ends with `fails-every-time`',
    test: {
      file: 'test/server/runs/runs.test.ts',
      name: 'a mail that Graph alone cannot give is shown to its owner in the end, and holds no other',
    },
  },
  {
    what: 'Runs, and the access log',
    howMuch: '`RETENTION_DAYS`: 30 days unless set otherwise',
    answer: 'older ones are deleted',
    test: { file: 'test/server/runs/runs.test.ts', name: 'old runs go, and items stay' },
  },
]
