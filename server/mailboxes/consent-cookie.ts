// What a consent window carries from our page to Entra's answer. Lax, since the way back comes from Entra's site.
import type { CookieOptions, Request, Response } from 'express'
import { z } from 'zod'

const consentCookie = z.object({ state: z.string().min(20), nonce: z.string().min(20), verifier: z.string().min(43) })

export type ConsentCookie = z.infer<typeof consentCookie>

const lifeMs = 10 * 60_000

export function setConsentCookie(response: Response, publicUrl: string, { state, nonce, verifier }: ConsentCookie): void {
  response.cookie(nameFor(publicUrl), [state, nonce, verifier].join('.'), { ...optionsFor(publicUrl), maxAge: lifeMs })
}

export function clearConsentCookie(response: Response, publicUrl: string): void {
  response.clearCookie(nameFor(publicUrl), optionsFor(publicUrl))
}

export function readConsentCookie(request: Request, publicUrl: string): ConsentCookie | undefined {
  const prefix = `${nameFor(publicUrl)}=`
  const pair = (request.headers.cookie ?? '').split(/; */).find((each) => each.startsWith(prefix))
  const [state, nonce, verifier] = pair?.slice(prefix.length).split('.') ?? []
  return consentCookie.safeParse({ state, nonce, verifier }).data
}

/** With this prefix a browser takes it from this very host alone, which needs https; plain http is for loopback. */
const nameFor = (publicUrl: string) => (isSecure(publicUrl) ? '__Host-mailboard-consent' : 'mailboard-consent')

const optionsFor = (publicUrl: string): CookieOptions => ({ httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl), path: '/' })

const isSecure = (publicUrl: string) => publicUrl.startsWith('https:')
