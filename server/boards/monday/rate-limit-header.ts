// What the RateLimit headers of an answer say: which limits are used up, and for how long
// (https://developer.monday.com/api-reference/docs/rate-limits).

/** A write costs so many points; a budget with less left is used up. */
const pointsOfWrite = 10_000
const least: Record<string, number> = { minuteRate: 1, complexityMinute: pointsOfWrite }

/** Seconds until all that is used up is there again; undefined: enough is left. Of calls at once it does not say when. */
export function usedUpFor(header: string | null): number | undefined {
  const waits = (header ?? '').split(',').flatMap((field) => {
    const [, name = '', parameters = ''] = /^\s*"(\w+)"\s*((?:;\s*\w+=\d+\s*)*)$/.exec(field) ?? []
    const { r: left, t: seconds } = numbersIn(parameters)
    const needed = least[name]
    return needed !== undefined && left !== undefined && left < needed && seconds !== undefined ? [seconds] : []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

/** `;r=4;t=10` */
const numbersIn = (parameters: string): Record<string, number | undefined> =>
  Object.fromEntries(
    parameters.split(';').map((parameter) => {
      const [key = '', value] = parameter.trim().split('=')
      return [key, Number(value)]
    }),
  )
