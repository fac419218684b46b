// How a consent window ends, in words.
import type { Language } from './plain-page.ts'

export type ConsentEnd = 'connected' | 'declined' | 'approval-required' | 'stronger' | 'expired' | 'wrong-account' | 'refused' | 'away'

/** The window of a mailbox that is connected closes by itself. */
export const closing = 'setTimeout(() => window.close(), 1500)'

export const consentWords = (end: ConsentEnd, language: Language): Words => words[language][end]

type Words = { title: string; text: string }

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
