import type { MondayBoards } from '../boards/monday/target.ts'
import type { Targets } from '../boards/board-target.ts'
import type { Config } from '../config.ts'
import type { TokenDeps } from '../connections/access-token.ts'
import type { AccessLog } from '../access-log/access-log.ts'
import type { HashOf } from '../people/erased-sign-ins.ts'
import type { SubscriptionDeps } from '../subscriptions/subscription-deps.ts'

export type AccountDeps = SubscriptionDeps & {
  config: Pick<Config, 'publicUrl' | 'graphUrl'>
  /** Vault, Entra and what this process remembers of tokens. */
  tokens: TokenDeps
  accessLog: AccessLog
  targets: Targets
  monday: MondayBoards
  /** The one by which sign-ins are judged. */
  hashOf: HashOf
  /** Of access logs that end. */
  sealKey: Buffer
  retentionDays: number
}

/** What its owner wants: delegated permissions of Graph by their names, and whether mails that came meanwhile count. */
export type Wish = { scopes: readonly string[]; catchUp: 'all' | 'none' }
