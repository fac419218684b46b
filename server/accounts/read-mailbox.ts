// What is read of a mailbox when it is connected, and never again: that it can be read at all (nothing of the answer is
// kept), whose it is, and which folder is its Inbox.
import { z } from 'zod'
import type { Graph } from '../graph/graph-client.ts'
import { claimsAskedBy, isRefusal } from '../graph/graph-error.ts'
import { Problem } from '../problem.ts'

export type MailboxRead = { account: string | null; addresses: string[]; inboxId: string }

export async function readMailbox(graph: Graph): Promise<MailboxRead> {
  try {
    await checkRead(graph)
    const owner = await readOwner(graph)
    const { id: inboxId } = inbox.parse(await graph.get('/me/mailFolders/inbox?$select=id'))
    return { ...owner, inboxId }
  } catch (error) {
    const claims = claimsAskedBy(error)
    if (claims === undefined) throw error
    throw new Problem('stronger-sign-in', 'Your organization asks for an extra verification.', { claims }, error)
  }
}

const inbox = z.object({ id: z.string().min(1) })
const profile = z.object({
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
})

async function checkRead(graph: Graph): Promise<void> {
  try {
    await graph.get('/me/mailFolders/inbox/messages?$top=1&$select=id')
  } catch (error) {
    if (claimsAskedBy(error) !== undefined) throw error
    if (isRefusal(error, 404))
      throw new Problem('microsoft-refused', 'This account has no Microsoft 365 mailbox that applications can read.', {}, error)
    if (isRefusal(error, 401, 403))
      throw new Problem('microsoft-refused', 'Microsoft 365 does not allow applications to read this mailbox.', {}, error)
    throw error
  }
}

/** Without it the mailbox works: only the conditions on one's own addresses have nothing to compare with. */
async function readOwner(graph: Graph): Promise<Pick<MailboxRead, 'account' | 'addresses'>> {
  try {
    const owner = profile.parse(await graph.get('/me?$select=displayName,mail,userPrincipalName,proxyAddresses'))
    const aliases = (owner.proxyAddresses ?? [])
      .filter((address) => /^smtp:/i.test(address))
      .map((address) => address.slice('smtp:'.length))
    const addresses = [owner.mail, owner.userPrincipalName, ...aliases].flatMap((address) => (address ? [address.toLowerCase()] : []))
    return { account: owner.mail ?? owner.userPrincipalName ?? null, addresses: [...new Set(addresses)] }
  } catch (error) {
    if (isRefusal(error, 401, 403, 404) && claimsAskedBy(error) === undefined) return { account: null, addresses: [] }
    throw error
  }
}
