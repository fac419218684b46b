// How the window that connects monday.com ends, in words.
import type { Words } from './consent-page.ts'
import type { Language } from './plain-page.ts'

export type MondayEnd = 'connected' | 'declined' | 'expired' | 'refused' | 'away'

export const mondayWords = (end: MondayEnd, language: Language): Words => words[language][end]

/** For a window that something else than the pane has opened. */
export const askWords: Record<Language, Words & { button: string }> = {
  en: {
    title: 'Connect monday.com?',
    text: 'Continue only if you have just selected Connect monday.com in your own Mailboard. If someone sent you this address, close this window: your monday.com account would be connected to theirs.',
    button: 'Continue',
  },
  fr: {
    title: 'Connecter monday.com ?',
    text: 'Ne continuez que si vous venez de sélectionner Connecter monday.com dans votre propre Mailboard. Si quelqu’un vous a envoyé cette adresse, fermez cette fenêtre : votre compte monday.com serait connecté au sien.',
    button: 'Continuer',
  },
}

const words: Record<Language, Record<MondayEnd, Words>> = {
  en: {
    connected: { title: 'monday.com is connected', text: 'You can close this window and go back to Outlook.' },
    declined: {
      title: 'monday.com not connected',
      text: 'The permissions were declined. Close this window and return to Mailboard in Outlook.',
    },
    expired: {
      title: 'This page has expired',
      text: 'It works once, for 10 minutes, in the window that opened it. Close it and connect monday.com again.',
    },
    refused: {
      title: 'Blocked by monday.com',
      text: 'Your monday.com account doesn’t allow it. Close this window and ask the administrator of that account.',
    },
    away: { title: 'Mailboard is unavailable', text: 'monday.com isn’t connected yet. Close this window and try again later.' },
  },
  fr: {
    connected: { title: 'monday.com est connecté', text: 'Vous pouvez fermer cette fenêtre et revenir à Outlook.' },
    declined: {
      title: 'monday.com non connecté',
      text: 'Les autorisations ont été refusées. Fermez cette fenêtre et revenez à Mailboard dans Outlook.',
    },
    expired: {
      title: 'Cette page a expiré',
      text: 'Elle sert une fois, pendant 10 minutes, dans la fenêtre qui l’a ouverte. Fermez-la et connectez à nouveau monday.com.',
    },
    refused: {
      title: 'Bloqué par monday.com',
      text: 'Votre compte monday.com ne le permet pas. Fermez cette fenêtre et contactez l’administrateur de ce compte.',
    },
    away: {
      title: 'Mailboard est indisponible',
      text: 'monday.com n’est pas encore connecté. Fermez cette fenêtre et réessayez plus tard.',
    },
  },
}
