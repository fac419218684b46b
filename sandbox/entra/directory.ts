import { randomUUID } from 'node:crypto'

export type Person = { tenantId: string; objectId: string; name: string; address: string; roles: string[] }
type Tenant = { id: string; name: string }

export type Directory = {
  tenants: Map<string, Tenant>
  people: Person[]
  addTenant(name?: string, id?: string): Tenant
  addPerson(person: { tenantId?: string; objectId?: string; name: string; address: string; roles?: string[] }): Person
  /** By object id or address. */
  find(reference: string): Person | undefined
}

/** Three people: Camille, who uses `npm start`, a colleague of hers, and someone of another organisation. */
export function openDirectory(): Directory {
  const tenants = new Map<string, Tenant>()
  const people: Person[] = []

  const directory: Directory = {
    tenants,
    people,
    addTenant(name = 'Organisation', id = randomUUID()) {
      const tenant = { id, name }
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
  const [camille, yanis, ruth] = defaultPeople
  directory.addPerson(camille)
  directory.addPerson(yanis)
  directory.addPerson(ruth)
  return directory
}

const contoso = '0c0a7050-5f3a-4c55-9d0e-6d3b5a1f0c01'
const fabrikam = 'fab71ca4-1d2e-4b7a-8f65-2b9c40de0f02'

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
] as const
