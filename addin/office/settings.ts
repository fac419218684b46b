// What the server writes into the page when it serves it.

export type PaneSettings = { clientId: string; authority: string; scope: string }

export function readPaneSettings(): PaneSettings {
  const content = document.querySelector('meta[name="mailboard-settings"]')?.getAttribute('content') ?? ''
  const { clientId, authority, scope } = JSON.parse(content)
  return { clientId, authority, scope }
}
