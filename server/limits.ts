// Every limit on outside input, built from the constants that enforce it. `npm run limits` generates docs/limits.md
// from it. To add a limit, export its constant where it is enforced, and add a row that names its test to a file of limits/.
import { boardLimitRows } from './limits/boards.ts'
import { emailLimits } from './limits/emails.ts'
import type { Limit } from './limits/limit.ts'
import { notificationLimits } from './limits/notifications.ts'
import { recipeLimits } from './limits/recipes.ts'
import { requestLimits } from './limits/requests.ts'

export const limitTable: Record<string, Limit[]> = {
  Requests: requestLimits,
  Notifications: notificationLimits,
  Recipes: recipeLimits,
  'Boards and items': boardLimitRows,
  Emails: emailLimits,
}
