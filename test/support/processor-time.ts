// The cost of work in a unit that does not depend on machine or load: not seconds, but simple passes over as many bytes. Both are
// measured in turns, so other work on the machine affects both.

/** CPU time of `work`, in the cheapest of seven rounds, in simple passes over `megabytes` of bytes. */
export async function costInWalks(megabytes: number, work: () => Promise<unknown> | void): Promise<number> {
  const bytes = new Uint8Array(Math.ceil(megabytes * 1024 * 1024)).fill(1)
  const cheapest = { walk: Infinity, work: Infinity }
  for (let round = 0; round < 7; round += 1) {
    cheapest.walk = Math.min(cheapest.walk, await processorMs(() => walk(bytes)))
    cheapest.work = Math.min(cheapest.work, await processorMs(work))
  }
  return cheapest.work / cheapest.walk
}

async function processorMs(work: () => Promise<unknown> | void): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function walk(bytes: Uint8Array): void {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 1) sum = (sum * 31 + (bytes[at] ?? 0)) | 0
  if (sum === 1) throw new Error('a walk that is not one')
}
