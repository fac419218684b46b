// The keys of connections, which are the names of entity aliases too: see server/connections/connection-key.ts.

/** "mailboard" in hex, before forty random digits. */
export const prefix = '6d61696c626f617264'

/** The oldest have none. */
export const isConnectionKey = (name) => new RegExp(`^(${prefix})?[0-9a-f]{40}$`).test(name)

export const hasPrefix = (name) => name.startsWith(prefix)
