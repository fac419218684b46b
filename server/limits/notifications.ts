// What an address that claims to be Graph may send.
import { largestBody } from '../notifications/read-body.ts'
import { longestToken } from '../notifications/routes.ts'
import { type Limit, size } from './limit.ts'

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
    what: 'A `validationToken`',
    howMuch: size(longestToken),
    answer: '413 `too-large`',
    test: {
      file: 'test/server/notifications/routes.contract.test.ts',
      name: 'only POST is taken, and the handshake repeats the decoded token as text',
    },
  },
]
