import { setTimeout as wait } from 'node:timers/promises'
import type { Rule } from '../../sandbox/misbehaviour.ts'
import { until } from '../../test/support/until.ts'
import { startIpv6, startProxy } from '../harness/forward-proxy.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

const callsOf = ({ sandbox }: World, objectId: string) => sandbox.graph.ledger.entries.filter(({ person }) => person === objectId).length
const mostAtOnce = ({ sandbox }: World) => Math.max(0, ...sandbox.graph.ledger.entries.map(({ inFlight }) => inFlight))
const onMail = { path: /\/me\// }

export const graphFaults: Faults = {
  F36: {
    title: 'Graph answers 401 once; then always',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { sandbox } = world
      const refreshes = () => sandbox.entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token').length
      sandbox.misbehave('graph', { match: onMail, status: 401, times: 1 })
      await mailbox.deliver('Refused once')
      await until(() => mailbox.isComplete(), world.within(20_000))
      demand(refreshes() === 1, `${refreshes()} refreshes for one 401`)
      sandbox.misbehave('graph', { match: onMail, status: 401 })
      sandbox.graph.ledger.clear()
      const from = Date.now()
      await mailbox.deliver('Refused always')
      await until(async () => (await mailbox.status()) === 'needs-reconnect', 60_000)
      const told = Date.now() - from
      const calls = callsOf(world, mailbox.person.objectId)
      demand(calls <= 3, `${calls} calls before it was noticed`)
      await mailbox.deliver('Refused still')
      await wait(1_000)
      demand(callsOf(world, mailbox.person.objectId) === calls, 'Graph was called after that')
      sandbox.heal()
      await mailbox.connect()
      return `lost after ${calls} calls and ${told} ms, then none`
    },
  },
  F37: {
    title: '401 with a claims challenge; 403',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { sandbox } = world
      const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}').toString('base64')
      const challenge = { 'WWW-Authenticate': `Bearer realm="", error="insufficient_claims", claims="${claims}"` }
      sandbox.misbehave('graph', { match: onMail, status: 401, headers: challenge })
      await mailbox.deliver('Challenged')
      await until(async () => (await mailbox.status()) === 'needs-reconnect', 60_000)
      sandbox.heal()
      await mailbox.connect()
      await world.settled()
      sandbox.misbehave('graph', { match: onMail, status: 403 })
      sandbox.graph.ledger.clear()
      await mailbox.deliver('Forbidden', { expect: 0 })
      await until(async () => (await mailbox.runs()).some(({ outcome }) => outcome === 'needs-you'), world.within(20_000))
      const calls = callsOf(world, mailbox.person.objectId)
      demand(calls <= 8, `${calls} calls for one 403`)
      return `403 shown after ${calls} calls`
    },
  },
  F38: {
    title: 'the mailbox is gone (404) for a while; a listing and a renewal are answered 410',
    settings: { CATCHUP_INTERVAL: '1s' },
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const body = {
        error: { code: 'MailboxNotEnabledForRESTAPI', message: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.' },
      }
      const gone = world.sandbox.misbehave('graph', { match: { ...onMail, method: 'GET' }, status: 404, body })
      await mailbox.deliver('While it is gone')
      await wait(1_500)
      gone.clear()
      await until(() => mailbox.isComplete(), world.within(30_000))
      // No delta query is used, so none can expire. Graph can only forget a listing in progress or a subscription.
      const { graph } = world.sandbox
      const [before] = graph.subscriptions(mailbox.person)
      const listing = world.sandbox.misbehave('graph', { match: { path: /mailFolders\/inbox\/messages\?/ }, status: 410, times: 1 })
      await mailbox.deliver('Not announced, and its listing gone', { notifications: 0 })
      await until(() => mailbox.isComplete(), world.within(30_000))
      demand(listing.seen() === 1, 'no listing was gone')
      world.sandbox.misbehave('graph', { match: { method: 'PATCH', path: /\/subscriptions\// }, status: 410, times: 1 })
      graph.lifecycle(mailbox.person, 'reauthorizationRequired')
      await until(() => graph.subscriptions(mailbox.person).some(({ id }) => id !== before?.id), world.within(30_000))
      await until(() => graph.idle())
      await mailbox.deliver('To the new subscription')
      await until(() => mailbox.isComplete(), world.within(30_000))
      return 'no delta query is used, so none can expire'
    },
  },
  F39: {
    title: 'Graph throttles one mailbox: 429, Retry-After 3',
    async inject(world) {
      const throttled = await world.mailbox('camille')
      const other = await world.mailbox('yanis')
      const { sandbox } = world
      const { objectId: person } = throttled.person
      sandbox.graph.ledger.clear()
      sandbox.misbehave('graph', { match: { ...onMail, person }, status: 429, headers: { 'Retry-After': '3' }, times: 1 })
      const from = Date.now()
      for (let index = 0; index < 10; index += 1) {
        await throttled.deliver(`Mail ${index}`)
        await other.deliver(`Mail ${index}`)
      }
      await until(() => other.isComplete(), world.within(10_000))
      const others = Date.now() - from
      await until(() => throttled.isComplete(), world.within(30_000))
      const refusedAt = sandbox.graph.ledger.entries.find(({ status }) => status === 429)?.at.getTime() ?? 0
      const early = sandbox.graph.ledger.entries.filter(
        (call) => call.person === person && call.at.getTime() > refusedAt + 100 && call.at.getTime() < refusedAt + 2_900,
      )
      demand(early.length === 0, `${early.length} calls while it was to wait`)
      demand(mostAtOnce(world) <= 4, `${mostAtOnce(world)} calls at once`)
      return `the other mailbox done after ${others} ms, the throttled one after ${Date.now() - from} ms`
    },
  },
  F40: {
    title: 'Graph answers 500, 502, 503, 504, slowly, truncated, with a wrong type; breaks off, stalls, does not speak TLS',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const faults: Rule[] = [
        ...[500, 502, 503, 504].map((status) => ({ status })),
        { delayMs: 1_500 },
        { status: 200, body: '{"id":"AAk', headers: { 'content-type': 'application/json' } },
        { status: 200, body: '<html>busy</html>', headers: { 'content-type': 'text/html' } },
        { status: 200, body: { id: 7 } },
        { dropConnection: true },
        { dropAnswerAfterEffect: true },
      ]
      for (const [index, rule] of faults.entries()) {
        world.sandbox.misbehave('graph', { ...rule, match: { method: 'GET', path: /\/messages\/A/ }, times: 2 })
        await mailbox.deliver(`Fault ${index}`)
        await until(() => mailbox.isComplete(), world.within(20_000))
        world.sandbox.heal()
      }
      const stall = world.sandbox.misbehave('graph', { match: { method: 'GET', path: /\/messages\/A/ }, stall: true, times: 1 })
      const from = Date.now()
      await mailbox.deliver('Stalled')
      await until(() => mailbox.isComplete(), 60_000)
      demand(stall.seen() === 1, 'nothing stalled')
      const took = ((Date.now() - from) / 1000).toFixed(0)
      // The first attempt still waits for its answer, and a stop would wait for it.
      stall.clear()
      const right = String(world.server.environment['GRAPH_URL'])
      await startedWith(world, { GRAPH_URL: right.replace(/^http:/, 'https:') })
      await mailbox.deliver('Without TLS')
      await wait(1_000)
      demand((await mailbox.status()) === 'active', 'the connection was blamed')
      await startedWith(world, { GRAPH_URL: right })
      await until(() => mailbox.isComplete(), world.within(60_000))
      return `a stalled call was given up and repeated, ${took} s in all`
    },
  },
  F58: {
    title: 'Graph’s name does not resolve; then reached through a proxy only; then by IPv6 only',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      await startedWith(world, { GRAPH_URL: 'https://graph.mailboard-nowhere.invalid/v1.0' })
      await mailbox.deliver('Name not found')
      await wait(1_000)
      demand((await mailbox.status()) === 'active', 'the connection was blamed')
      const graphUrl = new URL(`${world.sandbox.url}/v1.0`)
      world.sandbox.answerTo('graph.localhost:8999')
      const proxy = await startProxy(graphUrl)
      await startedWith(world, {
        GRAPH_URL: 'http://graph.localhost:8999/v1.0',
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: proxy.url,
        NO_PROXY: '127.0.0.1',
      })
      await until(() => mailbox.isComplete(), world.within(30_000))
      await proxy.stop()
      const six = await startIpv6(graphUrl)
      if (six === undefined) return `${proxy.passed()} calls went through the proxy; this machine has no IPv6`
      world.sandbox.answerTo(new URL(six.url).host)
      await startedWith(world, { GRAPH_URL: `${six.url}/v1.0`, NODE_USE_ENV_PROXY: '0' })
      await mailbox.deliver('By IPv6')
      await until(() => mailbox.isComplete(), world.within(30_000))
      await six.stop()
      return `${proxy.passed()} calls went through the proxy, ${six.passed()} connections by IPv6`
    },
  },
}

async function startedWith({ server }: World, settings: Record<string, string>): Promise<void> {
  await server.stop()
  Object.assign(server.environment, settings)
  await server.start()
}
