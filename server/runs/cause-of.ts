/** What an owner may know of an error: which service, and its answer. */
export function causeOf(error: unknown): Record<string, string> {
  if (typeof error !== 'object' || error === null) return {}
  const known = ['service', 'status', 'code'].flatMap((name) => {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : []
  })
  return Object.fromEntries(known)
}
