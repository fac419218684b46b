import type { Socket } from 'node:net'

export type Connect = (this: Socket, ...given: unknown[]) => Socket

/** The host and port, or the path of a local socket, from the many forms of arguments of `socket.connect`. */
export function hostOf(given: unknown[]): string {
  const [first, second]: unknown[] = Array.isArray(given[0]) ? given[0] : given
  if (typeof first === 'object' && first !== null) return named(first)
  return named({ port: String(first), ...(typeof second === 'string' ? { host: second } : {}) })
}

const named = ({ host = 'localhost', port = '', path }: { host?: string | null; port?: string | number; path?: string | null }) =>
  path ?? `${host ?? 'localhost'}:${port}`
