import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../../test/support/until.ts'
import { demand, type Faults } from './fault.ts'

export const vaultFaults: Faults = {
  F33: {
    title: 'Vault is sealed when the server starts',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { vault, graph } = world.sandbox
      await world.server.stop()
      vault.seal()
      vault.revokeTokens()
      await world.server.start()
      graph.ledger.clear()
      await mailbox.deliver('While sealed')
      await until(() => graph.idle())
      const ready = await fetch(`${world.server.url}/readyz`)
      const text = await ready.text()
      demand(ready.status === 503 && /sealed/.test(text), `readyz: ${ready.status} ${text}`)
      await wait(1_000)
      demand(graph.ledger.entries.length === 0, 'Graph was called')
      vault.unseal()
      return 'accepted with 202, no call to Graph'
    },
  },
  F34: {
    title: 'Vault is sealed under load',
    async inject(world) {
      const mailboxes = [await world.mailbox('camille'), await world.mailbox('yanis')]
      const { vault, entra, graph } = world.sandbox
      for (let index = 0; index < 20; index += 1) {
        for (const mailbox of mailboxes) await mailbox.deliver(`Mail ${index}`)
        if (index !== 8) continue
        vault.seal()
        for (const { person } of mailboxes) entra.expireAccessTokens(person)
      }
      await until(() => graph.idle())
      await wait(world.isSlow ? 600_000 : 3_000)
      for (const mailbox of mailboxes) demand((await mailbox.status()) === 'active', 'a connection was blamed')
      vault.unseal()
      const from = Date.now()
      await world.settled()
      return `all items ${((Date.now() - from) / 1000).toFixed(1)} s after it was unsealed`
    },
  },
  F35: {
    title: 'our Vault tokens are revoked; then a check-and-set conflict; then Vault is unavailable and comes back without our tokens',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { vault, entra } = world.sandbox
      vault.revokeTokens()
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('After the revocation')
      await until(() => mailbox.isComplete(), 30_000)
      const conflict = { errors: ['check-and-set parameter did not match the current version'] }
      for (const method of ['POST', 'PUT'])
        world.sandbox.misbehave('vault', { match: { method, path: /\/data\/connections\// }, status: 400, body: conflict, times: 1 })
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('After the conflict')
      await until(() => mailbox.isComplete(), world.within(30_000))
      const away = world.sandbox.misbehave('vault', { dropConnection: true })
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('While Vault is away')
      await until(() => away.seen() > 1, world.within(20_000))
      vault.revokeTokens()
      away.clear()
      const from = Date.now()
      await until(() => mailbox.isComplete(), world.within(30_000))
      demand((await mailbox.status()) === 'active', 'the connection was blamed')
      return `all items ${((Date.now() - from) / 1000).toFixed(1)} s after Vault was back`
    },
  },
}
