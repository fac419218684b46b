// A small page of the server's own, in English or French, for a window outside of Outlook: it loads nothing, runs no script but one
// that is named, and cannot be framed.
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'

export type Language = 'en' | 'fr'

/** `body` is HTML. */
type Page = { language: Language; title: string; body: string; script?: string }

export function sendPage(response: Response, status: number, page: Page): void {
  const { html, policy } = plainPage(page)
  harden(response).set('Content-Security-Policy', policy).status(status).type('text/html').send(html)
}

function plainPage({ language, title, body, script }: Page): { html: string; policy: string } {
  const ending = script === undefined ? '' : `<script>${script}</script>`
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>Mailboard – ${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${body}</main>${ending}</body></html>`
  const scripts = script === undefined ? '' : `; script-src ${hashOf(script)}`
  return {
    html,
    policy: `default-src 'none'; style-src ${hashOf(style)}${scripts}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}

export const languageOf = (request: Request): Language => (request.acceptsLanguages('en', 'fr') === 'fr' ? 'fr' : 'en')

export const harden = (response: Response): Response =>
  response.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Language',
  })

const style = [
  'body{margin:0;font:16px/1.5 "Segoe UI",system-ui,sans-serif;color:#242424;background:#f5f5f5;overflow-wrap:anywhere}',
  'main{box-sizing:border-box;max-width:36rem;margin:max(1rem,8vh) auto;padding:2rem;background:#fff;border-radius:8px}',
  'h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25;font-weight:600}h2{margin:1.5rem 0 .5rem;font-size:1.125rem;font-weight:600}',
  'p{margin:0 0 .75rem}ul{margin:0 0 .75rem;padding-inline-start:1.25rem}li{margin:0 0 .5rem}a{color:#0f548c}.quiet{font-size:.875rem;color:#616161}',
  'a.button{display:inline-block;margin:1.5rem 0 .75rem;padding:.5rem 1.25rem;border-radius:4px;background:#0f6cbd;color:#fff;font-weight:600;text-align:center;text-decoration:none}',
  'a:focus-visible{outline:2px solid #000;outline-offset:2px}@media (max-width:30rem){body{background:#fff}main{margin:0;padding:1.25rem}}',
  '@media (prefers-color-scheme:dark){body{color:#fff;background:#1f1f1f}main{background:#2b2b2b}a{color:#62abf5}.quiet{color:#adadad}',
  'a.button{background:#115ea3;color:#fff}a:focus-visible{outline-color:#fff}}',
  '@media (prefers-color-scheme:dark) and (max-width:30rem){body{background:#2b2b2b}}',
].join('')

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
