import { randomUUID } from 'node:crypto'

export type Person = { tenantId: string; objectId: string; name: string; address: string; roles: string[] }
/** What its users may consent to themselves: `most` is Microsoft's default, which excludes mail; `all` was the default before. */
export type Tenant = { id: string; name: string; usersMayConsentTo: 'all' | 'most'; takesRequests: boolean }

export type Directory = {
  tenants: Map<string, Tenant>
  people: Person[]
  /** Object IDs of people who may consent for their whole tenant. */
  administrators: Set<string>
  addTenant(name?: string, id?: string, more?: Partial<Tenant>): Tenant
  addPerson(person: { tenantId?: string; objectId?: string; name: string; address: string; roles?: string[] }): Person
  /** By object id or address. */
  find(reference: string): Person | undefined
}

/**
 * Camille, who uses `npm start`, a colleague of hers, and someone from another organization; also a user and an administrator of a
 * tenant with Microsoft's defaults, in which no user may consent to Mail.Read.
 */
export function openDirectory(): Directory {
  const tenants = new Map<string, Tenant>()
  const people: Person[] = []

  const directory: Directory = {
    tenants,
    people,
    administrators: new Set(),
    addTenant(name = 'Organisation', id = randomUUID(), more = {}) {
      const tenant: Tenant = { id, name, usersMayConsentTo: 'all', takesRequests: false, ...more }
      tenants.set(id, tenant)
      return tenant
    },
    addPerson({ tenantId = contoso, objectId = randomUUID(), name, address, roles = [] }) {
      if (!tenants.has(tenantId)) throw new Error(`There is no tenant ${tenantId}.`)
      if (directory.find(address)) throw new Error(`${address} is taken.`)
      const person = { tenantId, objectId, name, address, roles }
      people.push(person)
      return person
    },
    find: (reference) =>
      people.find(({ objectId, address }) => objectId === reference || address.toLowerCase() === reference.toLowerCase()),
  }

  directory.addTenant('Contoso Démo', contoso)
  directory.addTenant('Fabrikam', fabrikam)
  directory.addTenant('Tailspin Toys', tailspin, { usersMayConsentTo: 'most' })
  for (const person of defaultPeople) directory.addPerson(person)
  directory.administrators.add(administrator)
  return directory
}

const contoso = '0c0a7050-5f3a-4c55-9d0e-6d3b5a1f0c01'
const fabrikam = 'fab71ca4-1d2e-4b7a-8f65-2b9c40de0f02'

const tailspin = '7a115719-3c5b-4e0d-9a41-6f2d8e70c503'
const administrator = 'ad311e77-2b6c-4f8d-8e19-5c4a7d10b302'

const defaultPeople = [
  {
    tenantId: contoso,
    objectId: 'ca311e00-8a4b-4d0c-b1a7-9f3e52d7a101',
    name: 'Camille Martin',
    address: 'camille.martin@contoso-demo.example',
  },
  {
    tenantId: contoso,
    objectId: '7a4150bb-4c7e-4e9a-a2d4-1b8f60c3a102',
    name: 'Yanis Benali',
    address: 'yanis.benali@contoso-demo.example',
  },
  {
    tenantId: fabrikam,
    objectId: '2074aa11-96d5-4f1b-8c32-5e07d9b4a201',
    name: 'Ruth Okafor',
    address: 'ruth.okafor@fabrikam.example',
  },
  {
    tenantId: tailspin,
    objectId: '1ea0005e-7d1f-4a3b-b6c8-2e9f41d6a301',
    name: 'Léa Moreau',
    address: 'lea.moreau@tailspin-toys.example',
  },
  {
    tenantId: tailspin,
    objectId: administrator,
    name: 'Adele Vance (administrator)',
    address: 'adele.vance@tailspin-toys.example',
  },
] as const
