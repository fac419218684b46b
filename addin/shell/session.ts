import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import {
  accessToken,
  onErased,
  onSignedOutElsewhere,
  type SignInFailure,
  SignInError,
  signIn,
  signOut,
  wasSignedOut,
} from '../office/sign-in.ts'

/** `erasing`: signed in still, and nothing is asked any more but the erasure and its receipt. */
export type SessionState = 'checking' | 'signed-out' | 'signed-in' | 'erasing'

type Session = {
  state: SessionState
  /** Why the last attempt to sign in ended without a token. */
  failure: SignInFailure | null
  enter: () => Promise<void>
  leave: () => Promise<void>
  /** The token can no longer be renewed without the person. */
  lose: () => void
  erase: () => void
  /** Back to work: the erasure has not begun. */
  keep: () => void
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('There is no session here.')
  return session
}

export function useSessionState(active: boolean): Session {
  const [state, setState] = useState<Session['state']>(wasSignedOut() ? 'signed-out' : 'checking')
  const [failure, setFailure] = useState<SignInFailure | null>(null)

  useEffect(() => {
    if (!active || wasSignedOut()) return
    accessToken().then(
      () => setState('signed-in'),
      (error: unknown) => {
        const reason = reasonOf(error)
        if (reason !== 'interaction-required') setFailure(reason)
        setState('signed-out')
      },
    )
  }, [active])

  useEffect(() => onSignedOutElsewhere(() => setState((before) => (before === 'erasing' ? before : 'signed-out'))), [])

  useEffect(() => onErased(() => setState((before) => (before === 'erasing' ? before : 'signed-out'))), [])

  const enter = useCallback(async () => {
    setFailure(null)
    try {
      await signIn()
      setState('signed-in')
    } catch (error) {
      setFailure(reasonOf(error))
    }
  }, [])
  const leave = useCallback(async () => {
    await signOut()
    setState('signed-out')
  }, [])
  const lose = useCallback(() => setState('signed-out'), [])

  const erase = useCallback(() => setState('erasing'), [])
  const keep = useCallback(() => setState('signed-in'), [])

  return useMemo(() => ({ state, failure, enter, leave, lose, erase, keep }), [state, failure, enter, leave, lose, erase, keep])
}

const reasonOf = (error: unknown): SignInFailure => (error instanceof SignInError ? error.reason : 'unknown')
