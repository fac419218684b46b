// Every row of the fault table by its number.
import { databaseFaults } from './database.ts'
import { entraFaults } from './entra.ts'
import type { Faults } from './fault.ts'
import { goesOnFaults } from './goes-on.ts'
import { graphFaults } from './graph.ts'
import { killFaults } from './kills.ts'
import { mailFaults } from './mail.ts'
import { notificationFaults } from './notifications.ts'
import { operationFaults } from './operation.ts'
import { refusedFaults } from './refused.ts'
import { userFaults } from './users.ts'
import { vaultFaults } from './vault.ts'

export const faults: Faults = {
  ...notificationFaults,
  ...mailFaults,
  ...killFaults,
  ...goesOnFaults,
  ...databaseFaults,
  ...vaultFaults,
  ...graphFaults,
  ...entraFaults,
  ...userFaults,
  ...operationFaults,
  ...refusedFaults,
}
