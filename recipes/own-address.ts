// Whether an address is one of the mailbox's own. `ann.lee+invoices@example.com` reaches ann.lee@example.com (Exchange's plus
// addressing); nothing else is guessed: dots and dashes in a name are part of it.
import { fold } from './fold.ts'

export function ownAddresses(addresses: readonly string[]): (address: string) => boolean {
  const own = addresses.map(mailboxOf).filter(({ name }) => name !== '')
  return (address) => {
    const { name, domain } = mailboxOf(address)
    return own.some((each) => each.domain === domain && (name === each.name || name.startsWith(`${each.name}+`)))
  }
}

type Mailbox = { name: string; domain: string }

function mailboxOf(address: string): Mailbox {
  const bare = address.trim().replace(/^(?:smtp|mailto):/i, '')
  const at = bare.lastIndexOf('@')
  return { name: fold(unquoted(bare.slice(0, Math.max(at, 0)).trim())), domain: asciiDomain(bare.slice(at + 1).trim()) }
}

/** `"ann.lee"@example.com` is ann.lee@example.com (RFC 5321, 4.1.2). */
function unquoted(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replace(/\\(.)/gs, '$1') : name
}

/** As the network knows it: `münchen.example` is `xn--mnchen-3ya.example`. */
function asciiDomain(domain: string): string {
  const plain = domain.toLowerCase().replace(/\.$/, '')
  const isAscii = !/\P{ASCII}/u.test(plain)
  if (isAscii || /[\s/?#@:\\]/.test(plain) || !URL.canParse(`https://${plain}`)) return plain
  return new URL(`https://${plain}`).hostname
}
