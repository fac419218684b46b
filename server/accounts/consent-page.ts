// How a consent window ends, in words.
import type { Request, Response } from 'express'
import { type Language, languageOf, sendPage } from './plain-page.ts'

export type ConsentEnd = 'connected' | 'declined' | 'approval-required' | 'stronger' | 'expired' | 'wrong-account' | 'refused' | 'away'

/** The window closes by itself when it has connected something. */
const closing = 'setTimeout(() => window.close(), 1500)'

export function sendConsentEnd<End extends string>(
  request: Request,
  response: Response,
  end: End,
  wordsOf: (end: End, language: Language) => Words,
): void {
  const language = languageOf(request)
  const { title, text } = wordsOf(end, language)
  const status = end === 'connected' ? 200 : end === 'away' ? 503 : 400
  sendPage(response, status, { language, title, body: `<p>${text}</p>`, ...(end === 'connected' && { script: closing }) })
}

export const consentWords = (end: ConsentEnd, language: Language): Words => words[language][end]

export type Words = { title: string; text: string }

const words: Record<Language, Record<ConsentEnd, Words>> = {
  en: {
    connected: { title: 'Your mailbox is connected', text: 'You can close this window and go back to Outlook.' },
    declined: {
      title: 'Mailbox not connected',
      text: 'The permissions were declined or need administrator approval. Close this window and return to Mailboard in Outlook.',
    },
    'approval-required': {
      title: 'Your administrator must approve Mailboard',
      text: 'Your organization lets only an administrator accept these permissions. Close this window: Mailboard in Outlook has a request ready that you can send.',
    },
    stronger: {
      title: 'Extra verification needed',
      text: 'Your organization asks for an extra verification before your mailbox is connected. Close this window and select Connect my mailbox again.',
    },
    expired: {
      title: 'This page has expired',
      text: 'It works once, for 10 minutes, in the window that opened it. Close it and select Connect my mailbox again.',
    },
    'wrong-account': {
      title: 'Different account',
      text: 'Nothing was connected. Close this window and try again with the account you use in Mailboard.',
    },
    refused: {
      title: 'Blocked by Microsoft',
      text: 'Your organization or this type of mailbox doesn’t allow it. Close this window and ask your administrator.',
    },
    away: {
      title: 'Mailboard is unavailable',
      text: 'Your mailbox isn’t connected yet. Close this window and try again later.',
    },
  },
  fr: {
    connected: { title: 'Votre boîte est connectée', text: 'Vous pouvez fermer cette fenêtre et revenir à Outlook.' },
    declined: {
      title: 'Boîte non connectée',
      text: 'Les autorisations ont été refusées ou exigent l’approbation d’un administrateur. Fermez cette fenêtre et revenez à Mailboard dans Outlook.',
    },
    'approval-required': {
      title: 'Votre administrateur doit approuver Mailboard',
      text: 'Dans votre organisation, seul un administrateur peut accepter ces autorisations. Fermez cette fenêtre : dans Outlook, Mailboard propose une demande prête à envoyer.',
    },
    stronger: {
      title: 'Vérification supplémentaire requise',
      text: 'Votre organisation exige une vérification supplémentaire avant de connecter votre boîte. Fermez cette fenêtre et sélectionnez à nouveau Connecter ma boîte.',
    },
    expired: {
      title: 'Cette page a expiré',
      text: 'Elle sert une fois, pendant 10 minutes, dans la fenêtre qui l’a ouverte. Fermez-la et sélectionnez à nouveau Connecter ma boîte.',
    },
    'wrong-account': {
      title: 'Compte différent',
      text: 'Rien n’a été connecté. Fermez cette fenêtre et recommencez avec le compte utilisé dans Mailboard.',
    },
    refused: {
      title: 'Bloqué par Microsoft',
      text: 'Votre organisation ou ce type de boîte ne le permet pas. Fermez cette fenêtre et contactez votre administrateur.',
    },
    away: {
      title: 'Mailboard est indisponible',
      text: 'Votre boîte n’est pas encore connectée. Fermez cette fenêtre et réessayez plus tard.',
    },
  },
}
