import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../recipes/decide.ts'
import { ownAddresses } from '../../recipes/own-address.ts'
import { aMessage, withConditions } from './builders.ts'

const flag = (field: 'sentToMe' | 'sentOnlyToMe' | 'sentCcMe') => withConditions({ field, operator: 'is', values: [true] })
const named = (address: string) => ({ name: '', address })

describe('Own addresses', () => {
  test.each<[own: string, to: string, wanted: boolean]>([
    ['ann.lee@example.com', 'ann.lee+invoices@example.com', true],
    ['ann.lee@example.com', 'ann.lee+invoices+2026@example.com', true],
    ['ann.lee@example.com', 'Ann.Lee+Invoices@EXAMPLE.com', true],
    ['ANN.LEE@example.com', ' ann.lee@example.com ', true],
    ['élodie@example.fr', 'ÉLODIE+factures@example.fr', true],
    ['ann.lee@example.com', 'SMTP:ann.lee@example.com', true],
    ['ann.lee@example.com', '"ann.lee"@example.com', true],
    ['ann.lee@example.com', '"ann.lee+a b"@example.com', true],
    ['"ann lee"@example.com', '"ann\\ lee"@example.com', true],
    ['c++team@example.com', 'c++team@example.com', true],
    ['c++team@example.com', 'c++team+bugs@example.com', true],
    ['c++team@example.com', 'c@example.com', false],
    ['c++team@example.com', 'c++other@example.com', false],
    ['sales+emea@example.com', 'sales@example.com', false],
    ['ann@münchen.example', 'ann+x@xn--mnchen-3ya.example', true],
    ['ann@xn--mnchen-3ya.example', 'ann@MÜNCHEN.example.', true],
    ['ann@例え.example', 'ann@xn--r8jz45g.example', true],
    ['ann.lee@example.com', 'annlee@example.com', false],
    ['ann.lee@gmail.com', 'annlee@gmail.com', false],
    ['ann@gmail.com', 'ann@googlemail.com', false],
    ['ann.lee@example.com', 'ann.lee-invoices@example.com', false],
    ['ann.lee@example.com', 'ann.lee+invoices@example.org', false],
    ['ann.lee@example.com', 'ann.lee+invoices@mail.example.com', false],
    ['ann.lee@example.com', 'ann.leeds@example.com', false],
    ['ann.lee@example.com', '+invoices@example.com', false],
    ['ann.lee@example.com', 'ann.lee', false],
    ['', '+x@', false],
  ])('the mailbox %s and To %s: %s', (own, to, wanted) => {
    expect(ownAddresses([own])(to)).toBe(wanted)
    expect(decide(flag('sentToMe'), aMessage({ to: [named(to)], owner: { addresses: [own] } })).matches).toBe(wanted)
  })

  test('every address that Microsoft names as the mailbox’s own counts, in To, in Cc and alone', () => {
    const owner = { addresses: ['ann.lee@example.com', 'a.lee@example.com', 'ann.lee@example.onmicrosoft.com'] }
    const bob = named('bob@example.com')
    expect(decide(flag('sentToMe'), aMessage({ owner, to: [bob, named('a.lee+x@example.com')] })).matches).toBe(true)
    expect(decide(flag('sentCcMe'), aMessage({ owner, to: [bob], cc: [named('A.LEE+y@example.com')] })).matches).toBe(true)
    const both = [named('ann.lee+1@example.com'), named('ann.lee@example.onmicrosoft.com')]
    expect(decide(flag('sentOnlyToMe'), aMessage({ owner, to: both })).matches).toBe(true)
    expect(decide(flag('sentOnlyToMe'), aMessage({ owner, to: [...both, bob] })).matches).toBe(false)
  })

  test('whatever stands behind a plus is one’s own, and no other address becomes it', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,12}$/)
    fc.assert(
      fc.property(word, word, word, (name, tag, other) => {
        const isOwn = ownAddresses([`${name}@example.com`])
        expect(isOwn(`${name.toUpperCase()}+${tag}@Example.com`)).toBe(true)
        expect(isOwn(`${other}@example.com`)).toBe(other === name)
        expect(isOwn(`${other}+${name}@example.com`)).toBe(other === name)
      }),
    )
  })
})
