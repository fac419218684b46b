// Small things that the pane remembers on this machine. In a browser the store is shared between add-ins of one origin, hence the key.

export function remember(name: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(key(name))
    else localStorage.setItem(key(name), value)
  } catch {
    // A host may forbid storage to frames of others; then nothing is remembered.
  }
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(key(name))
  } catch {
    return null
  }
}

/** Hears of what another window remembers, until the function that it gives is called. */
export function watch(name: string, listener: (value: string | null) => void): () => void {
  const hear = (event: StorageEvent) => event.key === key(name) && listener(event.newValue)
  window.addEventListener('storage', hear)
  return () => window.removeEventListener('storage', hear)
}

/** All of it, on this machine. */
export function forgetAll() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(key(''))) localStorage.removeItem(name)
  } catch {
    // As above.
  }
}

function key(name: string) {
  const partition = typeof Office !== 'undefined' && Office.context ? Office.context.partitionKey : undefined
  return `${partition ?? ''}mailboard.${name}`
}
