// What an administrator reads before they approve, and after.
import { escapeMarkup } from '../../recipes/escape.ts'
import type { AdminConsentEnd } from '../connections/admin-consent.ts'
import { type ApproveWords, approveWordsEn } from './approve-words-en.ts'
import { approveWordsFr } from './approve-words-fr.ts'
import type { Language } from './plain-page.ts'

export type ApprovalEnd = AdminConsentEnd | 'expired' | 'unknown-organisation'

type Shown = { language: Language; title: string; body: string }

/** `address`: Microsoft's page for this organisation. */
export function approvePage(language: Language, { address, scopes }: { address: string; scopes: readonly string[] }): Shown {
  const words = wordsOf[language]
  const body = [
    ...words.intro.map(paragraph),
    `<h2>${words.asked}</h2>${permissionList(words, scopes)}`,
    `<h2>${words.never}</h2><ul>${words.nevers.map((line) => `<li>${line}</li>`).join('')}</ul>`,
    `<p><a href="/security">${words.security}</a></p>`,
    `<h2>${words.who}</h2>${paragraph(words.roles)}`,
    `<a class="button" href="${escapeMarkup(address)}">${words.button}</a>`,
    `<p class="quiet">${words.note}</p>`,
  ]
  return { language, title: words.title, body: body.join('') }
}

export function approvalEndPage(language: Language, end: ApprovalEnd, scopes: readonly string[]): Shown {
  const words = wordsOf[language]
  const { title, text } = words.ends[end]
  const granted = end === 'approved' ? `<h2>${words.granted}</h2>${permissionList(words, scopes)}` : ''
  return { language, title, body: `${text.map(paragraph).join('')}${granted}` }
}

const wordsOf: Record<Language, ApproveWords> = { en: approveWordsEn, fr: approveWordsFr }

const paragraph = (text: string) => `<p>${text}</p>`

/** By Microsoft's names, in the order in which Microsoft shows them. */
function permissionList({ permissions }: ApproveWords, scopes: readonly string[]): string {
  const lines = [...scopes, 'offline_access'].map((scope) => {
    const { name, reason } = permissions[scope] ?? { name: scope, reason: '' }
    return `<li><strong>${escapeMarkup(scope)}</strong> – ${name}<br>${reason}</li>`
  })
  return `<ul>${lines.join('')}</ul>`
}
