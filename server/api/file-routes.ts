// GET /files/{secret}: a file against its ticket. The browser follows the address by itself, so that no token goes along;
// the answer is an attachment and never a page.
import { Router } from 'express'
import { pipeline } from 'node:stream/promises'
import { redeemTicket } from '../boards/file-store.ts'
import type { Database } from '../database/schema.ts'
import { refuseMethod } from './route.ts'

export function fileRoutes(db: Database): Router {
  const router = Router()
  // A look ahead, as mail scanners take it, must not use the ticket up.
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

/** RFC 6266: an ASCII name for old readers, the real one beside it. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
