// Signed in: the cache of answers, the tab bar, the screen under it, and the live events that keep them true.
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { followEvents } from '../api/live.ts'
import { createQueryClient } from '../api/query-client.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { ErrorFence } from './ErrorFence.tsx'
import { NavigationContext, type Screen, type Tab, tabOf } from './navigation.ts'
import { useSession } from './session.ts'
import { Skeleton } from './Skeleton.tsx'
import { TabBar } from './TabBar.tsx'
import { useTimeZoneOfHost } from './use-time-zone.ts'
import { recall, remember } from '../office/storage.ts'

const MailHome = lazy(() => import('../mail/MailHome.tsx').then(({ MailHome: component }) => ({ default: component })))
const RecipeList = lazy(() => import('../recipes/RecipeList.tsx').then(({ RecipeList: component }) => ({ default: component })))
const RecipeEditor = lazy(() => import('../recipes/RecipeEditor.tsx').then(({ RecipeEditor: component }) => ({ default: component })))
const BoardList = lazy(() => import('../boards/BoardList.tsx').then(({ BoardList: component }) => ({ default: component })))
const NewBoard = lazy(() => import('../boards/NewBoard.tsx').then(({ NewBoard: component }) => ({ default: component })))
const BoardItems = lazy(() => import('../boards/BoardItems.tsx').then(({ BoardItems: component }) => ({ default: component })))
const ItemDetail = lazy(() => import('../boards/ItemDetail.tsx').then(({ ItemDetail: component }) => ({ default: component })))
const Activity = lazy(() => import('../runs/Activity.tsx').then(({ Activity: component }) => ({ default: component })))
const RunDetail = lazy(() => import('../runs/RunDetail.tsx').then(({ RunDetail: component }) => ({ default: component })))
const AccessLog = lazy(() => import('../settings/AccessLog.tsx').then(({ AccessLog: component }) => ({ default: component })))
const ExportPage = lazy(() => import('../settings/ExportPage.tsx').then(({ ExportPage: component }) => ({ default: component })))
const ErasePage = lazy(() => import('../settings/ErasePage.tsx').then(({ ErasePage: component }) => ({ default: component })))
const SettingsPage = lazy(() => import('../settings/SettingsPage.tsx').then(({ SettingsPage: component }) => ({ default: component })))

export function AtWork() {
  const { lose } = useSession()
  const [queries] = useState(() => createQueryClient(lose))
  useEffect(() => {
    const stop = new AbortController()
    void followEvents(queries, stop.signal)
    return () => stop.abort()
  }, [queries])

  const [trail, setTrail] = useState<Screen[]>(() => [{ name: lastTab() }])
  const screen = trail.at(-1) ?? home
  const go = useCallback((next: Screen) => {
    remember('tab', tabOf[next.name])
    setTrail((before) => (next.name === tabOf[next.name] ? [next] : [...before, next].slice(-10)))
  }, [])
  const back = useCallback(
    () => setTrail((before) => (before.length > 1 ? before.slice(0, -1) : [{ name: tabOf[before[0]?.name ?? 'mail'] }])),
    [],
  )
  const navigation = useMemo(() => ({ screen, go, back, canGoBack: trail.length > 1 }), [screen, go, back, trail])

  return (
    <QueryClientProvider client={queries}>
      <NavigationContext.Provider value={navigation}>
        <TimeZoneOfHost />
        <TabBar />
        <ErrorFence key={JSON.stringify(screen)}>
          <Suspense fallback={<Skeleton />}>
            <main className="page">
              <ConnectionBanner />
              <CurrentScreen screen={screen} />
            </main>
          </Suspense>
        </ErrorFence>
      </NavigationContext.Provider>
    </QueryClientProvider>
  )
}

function TimeZoneOfHost() {
  useTimeZoneOfHost()
  return null
}

function CurrentScreen({ screen }: { screen: Screen }) {
  switch (screen.name) {
    case 'mail':
      return <MailHome />
    case 'recipes':
      return <RecipeList />
    case 'recipe':
      return <RecipeEditor id={screen.id} fromMessage={screen.fromMessage ?? false} />
    case 'boards':
      return <BoardList />
    case 'new-board':
      return <NewBoard />
    case 'board':
      return <BoardItems id={screen.id} />
    case 'item':
      return <ItemDetail id={screen.id} />
    case 'activity':
      return <Activity />
    case 'run':
      return <RunDetail id={screen.id} />
    case 'settings':
      return <SettingsPage />
    case 'access-log':
      return <AccessLog />
    case 'export':
      return <ExportPage />
    case 'erase':
      return <ErasePage />
  }
}

const home: Screen = { name: 'mail' }
const tabs: readonly Tab[] = ['mail', 'recipes', 'boards', 'activity', 'settings']

/** The pane opens where it was left. */
const lastTab = (): Tab => tabs.find((tab) => tab === recall('tab')) ?? 'mail'
