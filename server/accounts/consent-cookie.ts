// What a consent window carries from our page to Entra's answer.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { windowCookie } from './window-cookie.ts'

const consentCookie = z.object({ state: z.string().min(20), nonce: z.string().min(20), verifier: z.string().min(43) })

export type ConsentCookie = z.infer<typeof consentCookie>

const cookieAt = (publicUrl: string) => windowCookie(publicUrl, { name: 'mailboard-consent', lifeMs: 10 * 60_000 })

export function setConsentCookie(response: Response, publicUrl: string, { state, nonce, verifier }: ConsentCookie): void {
  cookieAt(publicUrl).set(response, [state, nonce, verifier].join('.'))
}

export const clearConsentCookie = (response: Response, publicUrl: string): void => cookieAt(publicUrl).clear(response)

export function readConsentCookie(request: Request, publicUrl: string): ConsentCookie | undefined {
  const [state, nonce, verifier] = cookieAt(publicUrl).read(request)?.split('.') ?? []
  return consentCookie.safeParse({ state, nonce, verifier }).data
}
