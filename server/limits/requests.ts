// What the API takes of one request, and of one person.
import { bodyLimitsOf, deepestBody } from '../../contract/bodies.ts'
import { pageLimits, policyList, problemLimits, tryMessages } from '../../contract/limits.ts'
import { callsPerMinute } from '../api/call-limit.ts'
import { longestStreamMs } from '../api/event-routes.ts'
import { patience } from '../api/http-server.ts'
import { usualLimit } from '../database/page.ts'
import { lifeMinutes } from '../mailboxes/consent-store.ts'
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
    what: 'Errors in a problem, and its size',
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
    what: 'Time to send the head of a request, and all of it',
    howMuch: `${seconds(patience.headersMs)}, ${seconds(patience.requestMs)}`,
    answer: '408, and the connection is closed',
    test: { file: 'test/server/api/http-server.test.ts', name: 'a client that does not finish its request in time is cut off' },
  },
  {
    what: 'Entries of a page',
    howMuch: `${pageLimits.most}; ${usualLimit} where nothing is asked`,
    answer: invalidRequest,
    test: apiTest,
  },
  { what: 'A cursor', howMuch: `${pageLimits.cursor} characters`, answer: invalidRequest, test: apiTest },
  {
    what: 'An event stream',
    howMuch: `${longestStreamMs / 3_600_000} h, and no longer than the access token lasts`,
    answer: 'it ends; the pane opens another',
    test: { file: 'test/server/api/events.test.ts', name: 'a stream ends when its time is over' },
  },
  { what: 'People in a policy', howMuch: count(policyList), answer: invalidRequest, test: apiTest },
  { what: 'Emails of a dry run', howMuch: count(tryMessages), answer: invalidRequest, test: apiTest },
  {
    what: 'A consent page, and its answer',
    howMuch: `once, within ${lifeMinutes} minutes`,
    answer: '400, a page that says so',
    test: {
      file: 'test/server/mailboxes/consent-page.test.ts',
      name: 'a state of another window, a code that was used and parameters that name an address lead nowhere',
    },
  },
]
