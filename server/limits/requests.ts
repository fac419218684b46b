// What the API accepts in one request, and from one person.
import { bodyLimitsOf, deepestBody } from '../../contract/bodies.ts'
import { pageLimits, policyList, problemLimits, tryMessages } from '../../contract/limits.ts'
import { callsPerMinute } from '../api/call-limit.ts'
import { longestToken } from '../api/authenticate.ts'
import { longestStreamMs, mostUnread, streamsOfPerson, streamsOfProcess } from '../api/event-routes.ts'
import { countPauseMs, keptMs } from '../api/health-routes.ts'
import { maxHeaderSize, mostConnections, mostHeaders, patience } from '../api/http-server.ts'
import { readerLimits } from '../api/streamed.ts'
import { pageBytes, usualLimit } from '../database/page.ts'
import { approvalLifeMinutes } from '../accounts/approval-state.ts'
import { approvalsPerMinute } from '../accounts/approve-routes.ts'
import { lifeMinutes } from '../accounts/consent-store.ts'
import { count, invalidRequest, type Limit, seconds, size } from './limit.ts'

const tokenTest = {
  file: 'test/journeys/bounded-requests.test.ts',
  name: 'a body of too many values is refused before it is parsed, and so is one in another encoding',
}
const bodyTest = {
  file: 'test/journeys/bounded-requests.test.ts',
  name: 'a body larger than its operation takes is refused before it is read as JSON',
}
const apiTest = { file: 'test/contract/limits.test.ts', name: 'what is at a limit fits, and what is one over it does not' }
const bodyRow = (what: string, name: Parameters<typeof bodyLimitsOf>[0]): Limit[] => {
  const { bytes, tokens } = bodyLimitsOf(name)
  return [
    { what: `Body: ${what}`, howMuch: size(bytes), answer: '413 `too-large`', test: bodyTest },
    { what: `Values and names in the body: ${what}`, howMuch: count(tokens), answer: '413 `too-large`', test: tokenTest },
  ]
}

export const requestLimits: Limit[] = [
  ...bodyRow('a recipe, a dry run, a click', 'createRecipe'),
  ...bodyRow('a board', 'createBoard'),
  ...bodyRow('an item', 'createItem'),
  ...bodyRow('an update', 'createUpdate'),
  ...bodyRow('the policy', 'writePolicy'),
  ...bodyRow('all others', 'connectMicrosoft'),
  {
    what: 'Depth of the JSON of a body',
    howMuch: count(deepestBody),
    answer: '400 `malformed-request`',
    test: { file: 'test/server/api/api.test.ts', name: 'a body nested without end, or with a hidden prototype, does no harm' },
  },
  {
    what: 'Errors in a problem, size of a problem',
    howMuch: `${problemLimits.errors}, ${size(problemLimits.bytes)}`,
    answer: 'the others are left out; `errorsLeftOut` says how many',
    test: {
      file: 'test/journeys/bounded-requests.test.ts',
      name: 'a problem names at most 50 errors in at most 64 KB, and says how many it left out',
    },
  },
  {
    what: 'Calls of one person',
    howMuch: `${count(callsPerMinute)} a minute for each process`,
    answer: '429 `too-many-requests`',
    test: { file: 'test/server/api/call-limits.test.ts', name: 'a person has 1,200 calls a minute, and another person has theirs' },
  },
  {
    what: 'Time to send the headers of a request, the whole request',
    howMuch: `${seconds(patience.headersMs)}, ${seconds(patience.requestMs)}`,
    answer: '408, and the connection is closed',
    test: { file: 'test/server/api/http-server.test.ts', name: 'a client that does not finish its request in time is cut off' },
  },
  {
    what: 'Entries of a page',
    howMuch: `${pageLimits.most}; ${usualLimit} by default`,
    answer: invalidRequest,
    test: apiTest,
  },
  {
    what: 'Size of a page',
    howMuch: size(pageBytes),
    answer: 'it ends there, after at least one entry; `next` continues',
    test: {
      file: 'test/server/database/page.contract.test.ts',
      name: 'two hundred large items come on pages of at most 4 MiB, newest first, each once',
    },
  },
  { what: 'A cursor', howMuch: `${pageLimits.cursor} characters`, answer: invalidRequest, test: apiTest },
  {
    what: 'An event stream',
    howMuch: `${longestStreamMs / 3_600_000} h, and no longer than the access token is valid`,
    answer: 'it ends; the pane opens another',
    test: { file: 'test/server/api/events.test.ts', name: 'a stream ends when its time is over' },
  },
  {
    what: 'Event streams of one person, in all',
    howMuch: `${streamsOfPerson}, ${count(streamsOfProcess)} for each process`,
    answer: 'the oldest of the person ends; 503 with `Retry-After`',
    test: {
      file: 'test/server/api/events.test.ts',
      name: 'a person has ten streams: the eleventh ends the oldest, and another person keeps theirs',
    },
  },
  {
    what: 'Events that wait for a reader',
    howMuch: size(mostUnread),
    answer: 'the stream is cut off; the pane opens another',
    test: { file: 'test/server/api/events.test.ts', name: 'a reader that takes nothing loses its stream before much waits for it' },
  },
  {
    what: 'Exports by one person',
    howMuch: 'one at a time, across all processes',
    answer: '429 `too-many-requests` with `Retry-After`',
    test: {
      file: 'test/server/accounts/export.contract.test.ts',
      name: 'a second one of the same person waits its turn; another person has their own',
    },
  },
  {
    what: 'Pause of a client that reads an export, total time',
    howMuch: `${seconds(readerLimits.silenceMs)}, ${readerLimits.longestMs / 60_000} minutes`,
    answer: 'it is cut off',
    test: { file: 'test/server/api/streamed.test.ts', name: 'a reader that takes nothing holds a few pieces, and is let go of' },
  },
  {
    what: 'Checks of the services behind `/readyz` and `/metrics`',
    howMuch: `one every ${seconds(keptMs)} for each kind; pending jobs sooner if something arrived, every ${countPauseMs} ms at most`,
    answer: 'the last result',
    test: {
      file: 'test/server/api/health.test.ts',
      name: 'five hundred questions for readiness at once are one call to Vault, and each kind of question is kept by itself',
    },
  },
  {
    what: 'An access token; all headers',
    howMuch: `${count(longestToken)} characters, ${size(maxHeaderSize)} in ${mostHeaders} headers`,
    answer: '401 `unauthorized`; 431',
    test: { file: 'test/hostile/cheap-refusals.test.ts', name: 'a thousand bad tokens cost little, and a long one is not decoded' },
  },
  {
    what: 'Connections',
    howMuch: `${count(mostConnections)} for each process`,
    answer: 'further ones are closed at once',
    test: { file: 'test/server/api/http-server.test.ts', name: 'more connections than there may be are closed at once' },
  },
  { what: 'People in a policy', howMuch: count(policyList), answer: invalidRequest, test: apiTest },
  { what: 'Emails of a dry run', howMuch: count(tryMessages), answer: invalidRequest, test: apiTest },
  {
    what: 'A consent page and its answer',
    howMuch: `works once, within ${lifeMinutes} minutes`,
    answer: '400, a page that says so',
    test: {
      file: 'test/server/accounts/consent-page.test.ts',
      name: 'a state of another window, a code that was used and parameters that name an address lead nowhere',
    },
  },
  {
    what: 'An administrator’s approval at Microsoft',
    howMuch: `works once, within ${approvalLifeMinutes} minutes of the page`,
    answer: '400, a page that says so',
    test: { file: 'test/server/accounts/approval-state.test.ts', name: 'a state is good for an hour, for the key that signed it' },
  },
  {
    what: 'Approval pages for one address',
    howMuch: `${count(approvalsPerMinute)} a minute for each process`,
    answer: '429 `too-many-requests`',
    test: { file: 'test/server/accounts/approve-limit.test.ts', name: 'an address has 600 pages a minute' },
  },
]
