import { expect, test } from '@jest/globals'
import { decide } from '../../recipes/decide.ts'
import { describe as describeRecipe, type Names } from '../../recipes/describe.ts'
import { explain } from '../../recipes/explain.ts'
import type { Message } from '../../recipes/message.ts'
import type { Condition } from '../../recipes/conditions/conditions.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { aBoard, aCreateItem, aMessage, aRecipe, withAction, withConditions } from './builders.ts'

const names: Names = { board: () => 'Support', group: () => 'New', column: (_, id) => id.toUpperCase() }
const nobody: Names = { board: () => undefined }
const invoice: Condition = { field: 'subject', operator: 'contains', values: ['invoice', 'facture'] }
const files: Condition = { field: 'hasAttachments', operator: 'is', values: [true] }
const from: Condition = { field: 'from', operator: 'domain-is', values: ['example.com'] }

const sentences: [recipe: RecipeBody, en: string, fr: string][] = [
  [aRecipe(), 'When an email arrives, create an item on “Support”.', 'Quand un e-mail arrive, créer un élément sur « Support ».'],
  [
    aRecipe({ conditions: { all: [invoice, { none: [from] }] }, actions: [aCreateItem({ group: 'g', attachments: 'files' })] }),
    'When an email arrives and the subject contains “invoice” or “facture” and (none of these are true: the sender has an address at “example.com”), create an item on “Support” in the group “New” with the attached files.',
    'Quand un e-mail arrive, si l’objet contient « invoice » ou « facture » et (aucune de ces conditions n’est remplie : l’expéditeur a une adresse du domaine « example.com »), créer un élément sur « Support » dans le groupe « New » avec les fichiers joints.',
  ],
  [
    aRecipe({ conditions: { any: [files, { all: [from, invoice] }] } }),
    'When an email arrives and it has attachments or (the sender has an address at “example.com” and the subject contains “invoice” or “facture”), create an item on “Support”.',
    'Quand un e-mail arrive, s’il a des pièces jointes ou (l’expéditeur a une adresse du domaine « example.com » et l’objet contient « invoice » ou « facture »), créer un élément sur « Support ».',
  ],
  [
    aRecipe({ conditions: { any: [] } }),
    'When an email arrives and at least one condition is true (there are none, so never), create an item on “Support”.',
    'Quand un e-mail arrive, si au moins une condition est remplie (il n’y en a aucune, donc jamais), créer un élément sur « Support ».',
  ],
  [
    withConditions(
      { field: 'subject', operator: 'does-not-contain', values: ['a', 'b'] },
      { field: 'importance', operator: 'is-not', values: ['low'] },
    ),
    'When an email arrives and the subject doesn’t contain “a” or “b” and the importance isn’t low, create an item on “Support”.',
    'Quand un e-mail arrive, si l’objet ne contient ni « a » ni « b » et l’importance n’est pas faible, créer un élément sur « Support ».',
  ],
  [
    withConditions(
      { field: 'size', operator: 'at-least', values: [1000] },
      { field: 'header', name: 'X-A', operator: 'starts-with', values: ['b'] },
    ),
    'When an email arrives and the size is at least 1,000 KB and the message header X-A starts with “b”, create an item on “Support”.',
    'Quand un e-mail arrive, si la taille est d’au moins 1\u202f000 ko et l’en-tête X-A du message commence par « b », créer un élément sur « Support ».',
  ],
  [
    aRecipe({
      actions: [
        { kind: 'add-update', board: aBoard, body: '', find: { by: 'conversation' }, otherwise: { create: { board: aBoard, name: 'x' } } },
        { kind: 'set-columns', board: aBoard, find: { by: 'column', column: 'mail', value: 'x' }, columns: { a: '1', b: '2' } },
        { kind: 'send-mail', to: ['a@b.c'], subject: '', body: '', inReply: true },
      ],
    }),
    'When an email arrives, add an update to the conversation’s item on “Support”, or create one if there is none, then fill in the column “A” and the column “B” of the item found by the column “MAIL”, then reply to a@b.c.',
    'Quand un e-mail arrive, ajouter une mise à jour à l’élément de la conversation sur « Support », ou en créer un s’il n’y en a pas, puis remplir la colonne « A » et la colonne « B » de l’élément trouvé par la colonne « MAIL », puis répondre à a@b.c.',
  ],
  [
    aRecipe({ trigger: { kind: 'column-changed', board: aBoard, column: 'status', to: 'Done' } }),
    'When the column “STATUS” on “Support” changes to “Done”, create an item on “Support”.',
    'Quand la colonne « STATUS » sur « Support » passe à « Done », créer un élément sur « Support ».',
  ],
  [
    aRecipe({ trigger: { kind: 'date-arrived', board: aBoard, column: 'due', offsetDays: -2, at: '09:00', timeZone: 'Europe/Paris' } }),
    'When it’s 09:00, 2 days before the date in the column “DUE” on “Support”, create an item on “Support”.',
    'Quand il est 09:00, 2 jours avant la date de la colonne « DUE » sur « Support », créer un élément sur « Support ».',
  ],
  [
    aRecipe({ trigger: { kind: 'item-created', board: aBoard } }),
    'When an item is created on “Support”, create an item on “Support”.',
    'Quand un élément est créé sur « Support », créer un élément sur « Support ».',
  ],
]

/** The tests write ordinary spaces where French sets narrow ones inside its marks and before a colon, and either language one that does not break before a unit. */
function typeset(text: string): string {
  return text
    .replaceAll('« ', '«\u202f')
    .replaceAll(' »', '\u202f»')
    .replaceAll(' :', '\u202f:')
    .replace(/(\d) ((?:ko|KB)|jours?)/g, '$1\u00a0$2')
}

test.each(sentences.map(([recipe, en, fr]) => ({ recipe, en, fr })))('$en', ({ recipe, en, fr }) => {
  expect(describeRecipe(recipe, 'en', names)).toBe(typeset(en))
  expect(describeRecipe(recipe, 'fr', names)).toBe(typeset(fr))
})

test('what has no name is a board, a column', () => {
  expect(describeRecipe(withAction(aCreateItem({ group: 'g' })), 'en', nobody)).toBe('When an email arrives, create an item on a board.')
  expect(describeRecipe(aRecipe({ trigger: { kind: 'update-added', board: aBoard } }), 'fr', nobody)).toBe(
    'Quand une mise à jour est ajoutée sur un tableau, créer un élément sur un tableau.',
  )
})

const explained: [condition: Condition, message: Partial<Message>, en: string, fr: string][] = [
  [invoice, {}, 'the subject contains “invoice”', 'l’objet contient « invoice »'],
  [
    invoice,
    { subject: 'Hello' },
    'the subject doesn’t contain “invoice” or “facture”: it’s “Hello”',
    'l’objet ne contient ni « invoice » ni « facture » : c’est « Hello »',
  ],
  [
    invoice,
    { subject: '' },
    'the subject doesn’t contain “invoice” or “facture”: it’s empty',
    'l’objet ne contient ni « invoice » ni « facture » : c’est vide',
  ],
  [{ ...invoice, operator: 'does-not-contain' }, {}, 'the subject contains “invoice”', 'l’objet contient « invoice »'],
  [
    { ...invoice, operator: 'is-not' },
    {},
    'the subject isn’t “invoice” or “facture”: it’s “Invoice 42”',
    'l’objet n’est ni « invoice » ni « facture » : c’est « Invoice 42 »',
  ],
  [
    { field: 'body', operator: 'contains', values: ['secret'] },
    {},
    'the message body doesn’t contain “secret”',
    'le corps du message ne contient pas « secret »',
  ],
  [
    from,
    {},
    'the sender doesn’t have an address at “example.com”: it’s “Ann Lee <ann@example.org>”',
    'l’expéditeur n’a pas d’adresse du domaine « example.com » : c’est « Ann Lee <ann@example.org> »',
  ],
  [files, {}, 'it doesn’t have attachments', 'il n’a pas de pièce jointe'],
  [files, { hasAttachments: true }, 'it has attachments', 'il a des pièces jointes'],
  [{ field: 'sentToMe', operator: 'is', values: [false] }, {}, 'you’re on the To line', 'vous êtes sur la ligne À'],
  [{ field: 'importance', operator: 'is', values: ['high'] }, {}, 'the importance is normal', 'l’importance est normale'],
  [
    { field: 'size', operator: 'at-most', values: [5] },
    {},
    'the size is more than 5 KB: it’s 10 KB',
    'la taille est de plus de 5 ko : c’est 10 ko',
  ],
  [
    { field: 'subject', operator: 'matches', values: ['^\\d'] },
    {},
    'the subject doesn’t match “^\\d”: it’s “Invoice 42”',
    'l’objet ne correspond pas à « ^\\d » : c’est « Invoice 42 »',
  ],
]

test.each(explained.map(([condition, message, en, fr]) => ({ condition, message, en, fr })))(
  'explained: $en',
  ({ condition, message, en, fr }) => {
    const recipe = withConditions(condition)
    const [decision] = decide(recipe, aMessage(message)).conditions
    expect(explain(decision!, recipe, 'en')).toBe(typeset(en))
    expect(explain(decision!, recipe, 'fr')).toBe(typeset(fr))
  },
)

test('groups are explained, and what stands in them', () => {
  const recipe = withConditions({ none: [invoice, from] }, { any: [files] })
  const decisions = decide(recipe, aMessage()).conditions
  expect(decisions.map((decision) => explain(decision, recipe, 'en'))).toEqual([
    'at least one of these is true, but none may be',
    'none of these are true',
  ])
  const [first] = decisions
  expect('children' in first! ? first.children.map((child) => explain(child, recipe, 'fr')) : []).toEqual([
    typeset('l’objet contient « invoice »'),
    typeset('l’expéditeur n’a pas d’adresse du domaine « example.com » : c’est « Ann Lee <ann@example.org> »'),
  ])
})

test('a decision of another recipe has no words', () => {
  expect(explain({ pointer: '/conditions/any/7', holds: true }, aRecipe(), 'en')).toBe('')
})
