// The dependencies of the routes.
import type { Config } from '../config.ts'
import type { Database } from '../database/schema.ts'
import type { BoardActor } from '../boards/board.ts'
import { administers, type Person } from '../people/person.ts'

export type ApiDeps = { config: Config; db: Database }

export const actorOf = ({ config }: Pick<ApiDeps, 'config'>, person: Person): BoardActor => ({
  tenantId: person.tenantId,
  personId: person.personId,
  administers: administers(person, config),
})
