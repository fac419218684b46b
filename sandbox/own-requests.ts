// The sandbox gives tokens and messages to anyone who can reach its port, and any page in the developer's browser can. A page whose
// name was bound to 127.0.0.1 (DNS rebinding) is recognized by its Host, a page that posts from elsewhere by its Origin.
import type { RequestHandler } from 'express'

const loopback = ['127.0.0.1', 'localhost', '[::1]']

type Allowed = {
  url: string
  /** Origins of servers that use it, whose pane asks Entra for tokens. */ allowedOrigins: ReadonlySet<string>
  /** Names of proxies in front of it. */ allowedHosts: ReadonlySet<string>
}

export function ownRequestsOnly({ url, allowedOrigins, allowedHosts }: Allowed): RequestHandler {
  const { protocol, port } = new URL(url)
  const hosts = loopback.map((name) => (port === '' ? name : `${name}:${port}`))
  const origins = hosts.map((host) => `${protocol}//${host}`)
  return (request, response, next) => {
    const { host = '', origin, 'sec-fetch-site': site } = request.headers
    const isHere = hosts.includes(host.toLowerCase()) || allowedHosts.has(host)
    if (!isHere) return void response.status(421).json({ error: `This is not ${host.slice(0, 100)}.` })
    const changesNothing = ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
    // A page with `no-referrer` posts to itself with the Origin `null`.
    const isOwn =
      origin === undefined || origins.includes(origin) || allowedOrigins.has(origin) || (origin === 'null' && site === 'same-origin')
    if (!changesNothing && !isOwn)
      return void response.status(403).json({ error: `A page of ${origin.slice(0, 100)} changes nothing here.` })
    next()
  }
}
