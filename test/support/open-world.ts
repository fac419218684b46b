// What the worlds of tests and benchmarks share: the sandbox, a database and the servers between them, which are configured through
// their environment alone; and the people of the sandbox.
import type { Person } from '../../sandbox/entra/directory.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { type Api, apiClient } from './api-client.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

type Parts<Servers> = {
  storage: { env: Record<string, string>; drop(): Promise<void> }
  settings: Record<string, string>
  startServers(url: string, environment: Record<string, string>): Promise<Servers>
}

export async function openWorld<Servers extends { stop(): Promise<void> }>({ storage, settings, startServers }: Parts<Servers>) {
  const sandbox = await startSandbox()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const own = { PORT: String(port), HOST: '127.0.0.1' }
  const environment: Record<string, string> = { ...sandbox.environment(url), ...own, ...storage.env, ...settings }
  const letGo = async () => {
    await sandbox.stop()
    await storage.drop()
  }
  const servers = await startServers(url, environment).catch(async (error: unknown) => {
    await letGo()
    throw error
  })
  return {
    sandbox,
    url,
    environment,
    servers,
    people: usualPeople(sandbox),
    api: (person: Person, at = url): Api => apiClient(at, () => sandbox.entra.accessToken(person)),
    async stop(): Promise<void> {
      await servers.stop()
      await letGo()
    },
  }
}

type Connecting = { catchUp?: 'all' | 'none'; timeoutMs?: number }

/** Consents, connects the mailbox and waits for its subscription. */
export async function connectMailbox(sandbox: Sandbox, api: Api, person: Person, { catchUp, timeoutMs }: Connecting = {}): Promise<void> {
  sandbox.entra.grant(person, ['Mail.Read', 'User.Read'])
  await api.call('connectMicrosoft', { body: { permissions: ['mail.read'], ...(catchUp ? { catchUp } : {}) } })
  await untilSubscribed(sandbox, api, person, timeoutMs)
}

export const untilSubscribed = (sandbox: Sandbox, api: Api, person: Person, timeoutMs?: number) =>
  until(async () => (await connectionOf(api))?.subscription && sandbox.graph.subscriptions(person).length > 0, timeoutMs)

export async function connectionOf(api: Api) {
  return (await api.call('listConnections')).find(({ provider }) => provider === 'microsoft')
}

/** The owner of the mailbox, a colleague of hers, and a person in another organisation. */
function usualPeople(sandbox: Sandbox) {
  const at = (address: string): Person => {
    const person = sandbox.entra.person(address)
    if (person === undefined) throw new Error('The sandbox has lost its people.')
    return person
  }
  return {
    camille: at('camille.martin@contoso-demo.example'),
    yanis: at('yanis.benali@contoso-demo.example'),
    ruth: at('ruth.okafor@fabrikam.example'),
  }
}
