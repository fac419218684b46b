// How a consent window ends: one small page, in English or French, that loads nothing and holds nothing of the request.
import { createHash } from 'node:crypto'

export type ConsentEnd = 'connected' | 'declined' | 'expired' | 'wrong-account' | 'refused' | 'away'
type Language = 'en' | 'fr'
type Words = { title: string; text: string }

export function consentPage(end: ConsentEnd, language: Language): { html: string; policy: string } {
  const { title, text } = words[language][end]
  const script = end === 'connected' ? `<script>${closing}</script>` : ''
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mailboard – ${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p></main>${script}</body></html>`
  const scripts = end === 'connected' ? `; script-src ${hashOf(closing)}` : ''
  return {
    html,
    policy: `default-src 'none'; style-src ${hashOf(style)}${scripts}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}

const closing = 'setTimeout(() => window.close(), 1500)'
const style =
  'body{margin:0;font:16px/1.5 "Segoe UI",system-ui,sans-serif;color:#242424;background:#f5f5f5}main{max-width:28rem;margin:15vh auto;padding:2rem;background:#fff;border-radius:8px}h1{margin:0 0 .5rem;font-size:1.5rem;font-weight:600}p{margin:0}@media (prefers-color-scheme:dark){body{color:#fff;background:#1f1f1f}main{background:#2b2b2b}}'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const words: Record<Language, Record<ConsentEnd, Words>> = {
  en: {
    connected: { title: 'Your mailbox is connected', text: 'You can close this window and go back to Outlook.' },
    declined: {
      title: 'Nothing was connected',
      text: 'The permissions were not given. Close this window; you can connect at any time from Mailboard in Outlook.',
    },
    expired: {
      title: 'This page can no longer be used',
      text: 'It works once, for ten minutes, and in the window in which it was opened. Close this window and connect again from Mailboard in Outlook.',
    },
    'wrong-account': {
      title: 'That was another account',
      text: 'You answered with another account than the one you use Mailboard with, so nothing was connected. Close this window and connect again with your own account.',
    },
    refused: {
      title: 'Microsoft refused',
      text: 'Microsoft 365 does not let this mailbox be connected. Close this window and try again, or ask your administrator.',
    },
    away: {
      title: 'That did not work',
      text: 'A part of the service is away at the moment. Close this window and connect again in a while.',
    },
  },
  fr: {
    connected: { title: 'Votre boîte est connectée', text: 'Vous pouvez fermer cette fenêtre et revenir à Outlook.' },
    declined: {
      title: 'Rien n’a été connecté',
      text: 'Les autorisations n’ont pas été accordées. Fermez cette fenêtre ; vous pourrez vous connecter à tout moment depuis Mailboard dans Outlook.',
    },
    expired: {
      title: 'Cette page n’est plus utilisable',
      text: 'Elle sert une seule fois, pendant dix minutes, dans la fenêtre où elle a été ouverte. Fermez cette fenêtre et reconnectez-vous depuis Mailboard dans Outlook.',
    },
    'wrong-account': {
      title: 'C’était un autre compte',
      text: 'Vous avez répondu avec un autre compte que celui de Mailboard : rien n’a été connecté. Fermez cette fenêtre et reconnectez-vous avec votre compte.',
    },
    refused: {
      title: 'Microsoft a refusé',
      text: 'Microsoft 365 ne permet pas de connecter cette boîte. Fermez cette fenêtre et réessayez, ou adressez-vous à votre administrateur.',
    },
    away: {
      title: 'Cela n’a pas fonctionné',
      text: 'Une partie du service est indisponible pour le moment. Fermez cette fenêtre et reconnectez-vous un peu plus tard.',
    },
  },
}
