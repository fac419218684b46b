import type { Person } from '../entra/directory.ts'
import type { Sandbox } from '../sandbox.ts'

/** By object id or address. */
export function personFrom(sandbox: Sandbox, reference: string): Person {
  const person = sandbox.entra.person(reference)
  if (!person) throw new Error(`There is nobody called ${reference}.`)
  return person
}
