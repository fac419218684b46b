import { connectionsShown } from '../connections/connection-store.ts'
import { findPolicy, mayCreateRecipes, savePolicy } from '../people/policy-store.ts'
import { administers } from '../people/person.ts'
import { announce } from '../live/live.ts'
import { tenantsOf } from '../people/tenants.ts'
import { findTimeZone, saveTimeZone } from '../people/time-zone-store.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import type { ApiDeps } from './deps.ts'
import { ianaZone } from './iana-zone.ts'
import type { Handlers } from './route.ts'

export function meHandlers({ db, config }: ApiDeps): Handlers<'readMe' | 'writeTimeZone' | 'readPolicy' | 'writePolicy'> {
  return {
    readMe: ({ person }) =>
      asPerson(db, person, async (trx) => {
        const isServed = tenantsOf(config.entra).allows(person.tenantId)
        const administer = isServed && administers(person, config)
        return {
          id: person.personId,
          displayName: person.displayName,
          tenantId: person.tenantId,
          timeZone: await findTimeZone(trx, person.personId),
          can: { createRecipes: isServed && (await mayCreateRecipes(trx, person, administer)), administer },
          connections: await connectionsShown(trx, person.personId),
        }
      }),
    writeTimeZone: async ({ person, body }) => {
      const timeZone = ianaZone(body.timeZone)
      if (timeZone === undefined) throw noSuchZone(body.timeZone)
      await asSystem(db, (trx) => saveTimeZone(trx, person.personId, timeZone))
      return { timeZone }
    },
    readPolicy: ({ person }) => asPerson(db, person, async (trx) => ({ createRecipes: await findPolicy(trx, person.tenantId) })),
    writePolicy: ({ person, body }) =>
      asPerson(db, person, async (trx) => {
        if (!administers(person, config)) throw new Problem('forbidden', 'Only administrators can change the policy.')
        const createRecipes = await savePolicy(trx, person.tenantId, body.createRecipes)
        await announce(trx, { tenantId: person.tenantId, personId: null, kind: 'policy', id: person.tenantId })
        return { createRecipes }
      }),
  }
}

const noSuchZone = (name: string) =>
  new Problem('invalid-request', 'Unknown time zone.', {
    errors: [{ pointer: '/timeZone', detail: `The time zone ${JSON.stringify(name)} does not exist.`, code: 'unknown-value' }],
  })
