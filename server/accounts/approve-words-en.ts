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
    'Mailboard is an add-in for Outlook: it turns emails into items on a board, following recipes that people write for their own mailbox.',
    'In your organization, only an administrator can give it the permissions it needs. You approve once, for everyone. After that, each person decides whether to connect their mailbox.',
  ],
  asked: 'What Mailboard asks for, and why',
  granted: 'What you approved',
  permissions: {
    'Mail.Read': {
      name: 'read the email of the person who signed in',
      reason: 'To read new emails in the Inbox of people who connected their mailbox, and apply their recipes.',
    },
    'User.Read': {
      name: 'sign in and read that person’s profile',
      reason: 'To know that person’s own addresses, so that a recipe can tell whether an email was sent to them.',
    },
    offline_access: {
      name: 'keep the access you have given it',
      reason: 'To apply recipes while Outlook is closed.',
    },
  },
  never: 'What Mailboard never does',
  nevers: [
    'It never reads the mailbox of someone who hasn’t connected it. It has no permission of its own and uses only those of people who signed in.',
    'It never reads a folder other than the Inbox.',
    'It never sends, changes, moves or deletes an email.',
    'It never sees a password.',
    'If no recipe matches an email, it keeps only the email’s ID, the time and which conditions decided.',
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
        'Everyone in your organization can now connect their own mailbox. Tell the person who asked you: they only need one more click in Mailboard.',
      ],
    },
    partly: {
      title: 'Not everything was approved',
      text: [
        'Microsoft granted only some of the permissions, so mailboxes can’t be connected yet. Open the link in the request again and approve all of them.',
      ],
    },
    declined: {
      title: 'Nothing was approved',
      text: ['You declined at Microsoft, and nothing has changed. To approve later, open the link in the request again.'],
    },
    'not-allowed': {
      title: 'This account can’t approve',
      text: [
        'Nothing has changed. To approve, you need one of these roles in Microsoft Entra: Cloud Application Administrator, Application Administrator, Privileged Role Administrator, Global Administrator.',
        'Open the link in the request again with such an account, or forward the request to someone who has one.',
      ],
    },
    'wrong-tenant': {
      title: 'That was another organization',
      text: [
        'You signed in with an account from a different organization than the one in the link. Open the link in the request again with an administrator account of that organization.',
      ],
    },
    misconfigured: {
      title: 'Mailboard isn’t set up completely',
      text: [
        'Microsoft refused because Mailboard’s registration is incomplete. Tell the people who run Mailboard for you. You can’t fix it here.',
      ],
    },
    away: {
      title: 'Microsoft is unavailable',
      text: ['Microsoft couldn’t complete the approval. Open the link in the request again in a few minutes.'],
    },
    unclear: {
      title: 'The result is unknown',
      text: [
        'Microsoft’s answer is incomplete. Ask the person who sent you the link to select Check again in Mailboard. If they’re still waiting, open the link again.',
      ],
    },
    expired: {
      title: 'This page has expired',
      text: [
        'It works once, for one hour, in the browser where you opened the link. If you approved at Microsoft, your approval still counts. Otherwise, open the link in the request again.',
      ],
    },
    'unknown-organisation': {
      title: 'This link isn’t valid',
      text: ['It doesn’t belong to an organization that uses Mailboard here. Check that you copied the whole link, or ask for a new one.'],
    },
  },
}
