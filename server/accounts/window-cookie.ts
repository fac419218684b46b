// What a browser window carries from a page of ours to Microsoft's answer. Lax, since the way back comes from Microsoft's site.
import type { CookieOptions, Request, Response } from 'express'

export type WindowCookie = {
  set(response: Response, value: string): void
  read(request: Request): string | undefined
  clear(response: Response): void
}

export function windowCookie(publicUrl: string, { name, lifeMs }: { name: string; lifeMs: number }): WindowCookie {
  const isSecure = publicUrl.startsWith('https:')
  // With this prefix a browser takes it from this very host alone, which needs https; plain http is for loopback.
  const fullName = isSecure ? `__Host-${name}` : name
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' }
  return {
    set: (response, value) => void response.cookie(fullName, value, { ...options, maxAge: lifeMs }),
    clear: (response) => void response.clearCookie(fullName, options),
    read(request) {
      const pairs = (request.headers.cookie ?? '').split(/; */)
      return pairs.find((pair) => pair.startsWith(`${fullName}=`))?.slice(fullName.length + 1)
    },
  }
}
