import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { removePerson } from '../../../server/accounts/person-store.ts'
import { signInHash } from '../../../server/people/erased-sign-ins.ts'
import { findPolicy, savePolicy } from '../../../server/people/policy-store.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled } from '../../support/people.ts'

const hashOf = signInHash({ clientSecret: 'secret', clientCertificatePath: null })

describe.each(databases)('on %s', (kind) => {
  test('a policy names people as the directory does, and nobody who was erased, however they were written', async () => {
    const { database, ann, ben, close } = await openPeopled(kind)
    const { db } = database
    try {
      const saved = await asPerson(db, ben, (trx) =>
        savePolicy(trx, ben.tenantId, [ann.objectId.toUpperCase(), ben.objectId, ann.objectId]),
      )
      expect(saved).toEqual([ann.objectId, ben.objectId])
      // As an earlier version has kept it.
      const asWritten = JSON.stringify([ann.objectId.toUpperCase(), ben.objectId.toUpperCase(), ann.objectId])
      await sql`update policies set create_recipes = ${asWritten}::jsonb`.execute(db)

      await asSystem(db, (trx) => removePerson(trx, ann, hashOf))

      expect(await asPerson(db, ben, (trx) => findPolicy(trx, ben.tenantId))).toEqual([ben.objectId.toUpperCase()])
      await asSystem(db, (trx) => removePerson(trx, ben, hashOf))
      expect((await db.selectFrom('policies').select('create_recipes').execute()).map((row) => row.create_recipes)).toEqual([[]])
    } finally {
      await close()
    }
  })

  test('what refuses the sign-ins of who was erased says of nobody who they are, without the key', () => {
    const person = { tenantId: crypto.randomUUID(), objectId: crypto.randomUUID() }
    const withOtherKey = signInHash({ clientSecret: 'other', clientCertificatePath: null })
    expect(hashOf(person)).toEqual(hashOf({ ...person, objectId: person.objectId.toUpperCase() }))
    expect(hashOf(person)).not.toEqual(withOtherKey(person))
  })
})
