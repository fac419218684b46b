// Messages arrive, and at random moments a server is killed, a connection cut, Vault sealed or Graph made to fail. A seed determines the sequence.
import { setTimeout as wait } from 'node:timers/promises'
import type { Rule } from '../../sandbox/misbehaviour.ts'
import type { World } from '../harness/world.ts'
import { demand } from './fault.ts'

export type Course = { seed: number; mails: number; kills: number }

export async function nemesis(world: World, { seed, mails, kills }: Course): Promise<string> {
  const random = randomFrom(seed)
  const people = [await world.mailbox('camille'), await world.mailbox('yanis'), await world.mailbox('ruth')]
  const startedAt = Date.now()
  // With --slow over ten minutes, which is how long it takes without faults.
  const paceMs = world.isSlow ? 600_000 / mails : 0
  const disturb = disturbances(world, random)
  for (let number = 0; number < mails; number += 1) {
    await wait(Math.max(0, startedAt + number * paceMs - Date.now()))
    const mailbox = people[Math.floor(random() * people.length)]
    const isWanted = random() >= 0.1
    const notifications = 1 + Math.floor(random() * 2)
    await mailbox?.deliver(`Mail ${number}${isWanted ? '' : ', unwanted'}`, { notifications, expect: isWanted ? 1 : 0 })
    if (Math.floor(((number + 1) * kills) / mails) > Math.floor((number * kills) / mails)) {
      await wait(random() * 150)
      const replica = world.replicas[Math.floor(random() * world.replicas.length)]
      await replica?.kill()
      if (random() < 0.3) disturb()
      await replica?.start()
    }
  }
  world.sandbox.heal()
  world.sandbox.vault.unseal()
  for (const { link } of world.replicas) link.mend()
  const sentAfter = Date.now()
  await world.settled(120_000)
  demand(!world.isSlow || Date.now() - startedAt < 3 * 600_000, 'it took more than three times as long as without a fault')
  return `seed ${seed}, ${mails} emails and ${kills} kills in ${seconds(startedAt)} s, quiet ${seconds(sentAfter)} s later`
}

function disturbances(world: World, random: () => number): () => void {
  const { sandbox } = world
  const forAWhile = (end: () => void) => setTimeout(end, 200 + random() * 800).unref()
  const rules: Rule[] = [
    { status: 503, times: 3 },
    { status: 500, times: 3 },
    { dropConnection: true, times: 2 },
    { dropAnswerAfterEffect: true, times: 2 },
  ]
  return () => {
    const choice = Math.floor(random() * 4)
    if (choice === 0) {
      sandbox.vault.seal()
      forAWhile(() => sandbox.vault.unseal())
    } else if (choice === 1) {
      const link = world.replicas[Math.floor(random() * world.replicas.length)]?.link
      link?.cut()
      forAWhile(() => link?.mend())
    } else {
      const rule = rules[Math.floor(random() * rules.length)]
      if (rule) sandbox.misbehave('graph', { ...rule, match: { path: /\/me\// } })
    }
  }
}

const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(0)

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
