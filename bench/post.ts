// Posts bodies over open connections, and records how long each answer took.
import { Agent, request } from 'node:http'

export type Answer = { status: number; ms: number }

export type Posts = {
  /** As fast as the connections allow, or this many a second. */
  all(url: string, bodies: string[], perSecond?: number): Promise<Answer[]>
  close(): void
}

export function openPosts(connections = 50): Posts {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const post = (url: string, body: string, from = performance.now()): Promise<Answer> =>
    new Promise<Answer>((resolve) => {
      const done = (status: number) => resolve({ status, ms: performance.now() - from })
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => done(answer.statusCode ?? 0))
      })
      // A connection that rested may be closed from the other side just then; whoever posts takes another, as Graph does.
      asked.on('error', () => (asked.reusedSocket ? resolve(post(url, body, from)) : done(0)))
      asked.end(body)
    })
  return {
    async all(url, bodies, perSecond) {
      if (perSecond === undefined) return inLanes(bodies, connections, (body) => post(url, body))
      const from = performance.now()
      const answers: Promise<Answer>[] = []
      while (answers.length < bodies.length) {
        const due = Math.min(bodies.length, Math.floor(((performance.now() - from) / 1000) * perSecond) + 1)
        for (const body of bodies.slice(answers.length, due)) answers.push(post(url, body))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return Promise.all(answers)
    },
    close: () => agent.destroy(),
  }
}

export async function inLanes<Given, Made>(all: Given[], lanes: number, work: (one: Given) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < all.length; index = next++) made[index] = await work(all[index] as Given)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return made
}

export const percentile = (answers: Answer[], share: number): number =>
  answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.max(0, Math.ceil(answers.length * share) - 1)] ?? 0
