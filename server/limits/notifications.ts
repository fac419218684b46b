// What a sender that claims to be Graph may post.
import { bodyLimits, largestBody, postingShape } from '../notifications/read-body.ts'
import { longestToken } from '../notifications/routes.ts'
import { count, type Limit, seconds, size } from './limit.ts'

const bodyTest = (body: string) => ({ file: 'test/server/notifications/read-body.test.ts', name: body })

export const notificationLimits: Limit[] = [
  {
    what: 'Body of a change notification',
    howMuch: size(largestBody),
    answer: '413 `too-large`',
    test: {
      file: 'test/server/notifications/routes.contract.test.ts',
      name: 'the malformed is refused with a problem, whatever its form',
    },
  },
  {
    what: 'Notifications in a body',
    howMuch: count(postingShape.entries),
    answer: '413 `too-large`',
    test: bodyTest('of objects with nothing between'),
  },
  {
    what: 'Depth of a body; values and names of one notification, length of a text or number in it',
    howMuch: `${postingShape.depth}; ${postingShape.entryTokens}, ${size(postingShape.length)}`,
    answer: '400 `malformed-request`',
    test: bodyTest('of one entry with many names'),
  },
  {
    what: 'All bodies being read',
    howMuch: `${size(bodyLimits.mostAtOnce)} for each process`,
    answer: '503 with `Retry-After` for the largest of them',
    test: {
      file: 'test/server/notifications/read-body.test.ts',
      name: 'hold no more than is theirs: the largest make room with a 503, the small ones are read',
    },
  },
  {
    what: 'Time to send a body',
    howMuch: seconds(bodyLimits.patienceMs),
    answer: 'the connection is closed',
    test: { file: 'test/server/notifications/read-body.test.ts', name: 'one that does not come to its end is not waited for' },
  },
  {
    what: 'A `validationToken`',
    howMuch: size(longestToken),
    answer: '413 `too-large`',
    test: {
      file: 'test/server/notifications/routes.contract.test.ts',
      name: 'only POST is taken, and the handshake repeats the decoded token as text',
    },
  },
]
