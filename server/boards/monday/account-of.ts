// Whose token it is, asked with the token itself before anything is kept of it.
import { createHash } from 'node:crypto'
import { ConnectionLost } from '../../connections/access-token.ts'
import { mondayFor } from './monday-client.ts'
import type { MondayDeps } from './monday-deps.ts'

type Deps = Pick<MondayDeps, 'apiUrl' | 'pauses'>

/** undefined: monday.com does not accept it. */
export async function accountOf({ apiUrl, pauses }: Deps, token: string): Promise<{ name: string; email: string } | undefined> {
  // What a limit says of this token is kept under a digest of it: there is no connection yet.
  const id = createHash('sha256').update(token).digest('hex').slice(0, 32)
  const refused = () => Promise.reject(new ConnectionLost('refused'))
  const monday = mondayFor({ apiUrl, connection: { id, accessToken: async () => token, refused }, pauses })
  const answer = await monday.query('me', {}).catch((error: unknown) => {
    if (error instanceof ConnectionLost) return undefined
    throw error
  })
  return answer?.me ?? undefined
}
