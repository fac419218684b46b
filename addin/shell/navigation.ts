// Where the person is in the pane. A history of our own: office.js takes the browser's away.
import { createContext, useContext } from 'react'

export type Screen =
  | { name: 'mail' }
  | { name: 'recipes' }
  | { name: 'recipe'; id: string | null; fromMessage?: boolean }
  | { name: 'boards' }
  | { name: 'new-board' }
  | { name: 'board'; id: string }
  | { name: 'item'; id: string }
  | { name: 'activity' }
  | { name: 'run'; id: string }
  | { name: 'settings' }
  | { name: 'access-log' }
  | { name: 'export' }
  | { name: 'erase' }

export type Tab = 'mail' | 'recipes' | 'boards' | 'activity' | 'settings'

export const tabOf = {
  mail: 'mail',
  recipes: 'recipes',
  recipe: 'recipes',
  boards: 'boards',
  'new-board': 'boards',
  board: 'boards',
  item: 'boards',
  activity: 'activity',
  run: 'activity',
  settings: 'settings',
  'access-log': 'settings',
  export: 'settings',
  erase: 'settings',
} as const satisfies Record<Screen['name'], Tab>

type Navigation = {
  screen: Screen
  go: (screen: Screen) => void
  back: () => void
  canGoBack: boolean
}

export const NavigationContext = createContext<Navigation | null>(null)

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext)
  if (navigation === null) throw new Error('There is no navigation here.')
  return navigation
}
