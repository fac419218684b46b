// GET /files/{secret}: a file in exchange for its ticket. The browser opens the address without a token; the answer is an
// attachment, never a page.
import { Router } from 'express'
import { pipeline } from 'node:stream/promises'
import { redeemTicket } from '../boards/file-store.ts'
import type { Database } from '../database/schema.ts'
import { refuseMethod } from './route.ts'

export function fileRoutes(db: Database): Router {
  const router = Router()
  // A HEAD request, as email scanners send it, must not use up the ticket.
  router.head('/files/:secret', refuseMethod(['GET']))
  router.get('/files/:secret', async (request, response) => {
    const file = await redeemTicket(db, request.params.secret)
    response.status(200).set({
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(file.size),
      'Content-Disposition': disposition(file.name),
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store, no-transform',
    })
    await pipeline(file.parts, response)
  })
  router.all('/files/:secret', refuseMethod(['GET']))
  return router
}

/** RFC 6266: an ASCII name for old readers, and the real one. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
