import type { ApprovalEnd } from './approve-page.ts'

export type ApproveWords = {
  title: string
  intro: readonly string[]
  asked: string
  granted: string
  /** Each with Microsoft's own name for it. */
  permissions: Readonly<Record<string, { name: string; reason: string }>>
  never: string
  nevers: readonly string[]
  security: string
  who: string
  roles: string
  button: string
  note: string
  ends: Readonly<Record<ApprovalEnd, { title: string; text: readonly string[] }>>
}

export const approveWordsEn: ApproveWords = {
  title: 'Approve Mailboard for your organization',
  intro: [
    'Mailboard is an add-in for Outlook: it turns emails into items on a board, by recipes that people write for their own mailbox.',
    'In your organization, only an administrator can give it the permissions it needs. You approve once, for everyone. After that, each person decides whether to connect their mailbox.',
  ],
  asked: 'What Mailboard asks for, and why',
  granted: 'What you approved',
  permissions: {
    'Mail.Read': {
      name: 'read the mail of the person who signed in',
      reason: 'To read new emails in the Inbox of people who connected their mailbox, and apply their recipes.',
    },
    'User.Read': {
      name: 'sign in and read that person’s profile',
      reason: 'To know that person’s own addresses, so that a recipe can tell whether an email was sent to them.',
    },
    offline_access: {
      name: 'keep the access that was given',
      reason: 'To apply recipes while Outlook is closed.',
    },
  },
  never: 'What Mailboard never does',
  nevers: [
    'It never reads the mailbox of someone who didn’t connect it. It has no permission of its own, only those of people who signed in.',
    'It never reads other folders than the Inbox.',
    'It never sends, changes, moves or deletes an email.',
    'It never sees a password.',
    'It keeps nothing of an email that no recipe matches, except its ID and the time.',
  ],
  security: 'Security questions and answers',
  who: 'Who can approve',
  roles:
    'One of these roles in Microsoft Entra is enough: Cloud Application Administrator, Application Administrator, Privileged Role Administrator, Global Administrator.',
  button: 'Review and approve at Microsoft',
  note: 'Microsoft asks you to sign in. Mailboard doesn’t learn who you are. To withdraw the approval later: Microsoft Entra admin center, Enterprise applications, Mailboard.',
  ends: {
    approved: {
      title: 'Mailboard is approved',
      text: [
        'Everyone in your organization can now connect their own mailbox. Tell the person who asked you: one click in Mailboard is left.',
      ],
    },
    partly: {
      title: 'Not everything was approved',
      text: [
        'Microsoft granted only some of the permissions, so mailboxes can’t be connected yet. Open the link of the request again and approve all of them.',
      ],
    },
    declined: {
      title: 'Nothing was approved',
      text: ['You declined at Microsoft, and nothing has changed. To approve later, open the link of the request again.'],
    },
    'not-allowed': {
      title: 'This account can’t approve',
      text: [
        'Nothing has changed. Approving takes one of these roles in Microsoft Entra: Cloud Application Administrator, Application Administrator, Privileged Role Administrator, Global Administrator.',
        'Open the link of the request again with such an account, or forward the request to someone who has one.',
      ],
    },
    'wrong-tenant': {
      title: 'That was another organization',
      text: [
        'You signed in with an account of another organization than the one in the link. Open the link of the request again with an administrator account of that organization.',
      ],
    },
    misconfigured: {
      title: 'Mailboard isn’t set up completely',
      text: [
        'Microsoft refused because Mailboard’s registration is incomplete. Tell the people who run Mailboard for you; you can’t fix it here.',
      ],
    },
    away: {
      title: 'Microsoft is unavailable',
      text: ['Microsoft couldn’t finish the approval. Open the link of the request again in a few minutes.'],
    },
    unclear: {
      title: 'The result is unknown',
      text: [
        'Microsoft’s answer is incomplete. Ask the person who sent you the link to select Check again in Mailboard. If they still wait, open the link again.',
      ],
    },
    expired: {
      title: 'This page has expired',
      text: [
        'It works once, for one hour, in the browser where you opened the link. If you approved at Microsoft, the approval counts all the same. Otherwise, open the link of the request again.',
      ],
    },
    'unknown-organisation': {
      title: 'This link leads nowhere',
      text: ['It names no organization that uses Mailboard here. Check that you copied all of it, or ask for a new link.'],
    },
  },
}
