// Whatever is done with conditions is done from the table of fields. Here fields are put into the table type itself; that the whole
// project takes one that is added to the product's table is in added-to-a-table.test.ts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { conditions } from '../../recipes/conditions/conditions.ts'
import { choiceField, flagField, textField } from '../../recipes/conditions/field.ts'
import { fields } from '../../recipes/conditions/fields.ts'
import { conditionsFrom } from '../../recipes/conditions/from-fields.ts'
import { operatorsOf } from '../../recipes/conditions/operators.ts'
import type { Message, MessageField } from '../../recipes/message.ts'
import { openApiDocument } from '../../server/api/openapi.ts'
import { aMessage } from './builders.ts'

const more = conditionsFrom({
  ...fields,
  webLink: textField({
    needs: ['webLink'],
    read: ({ webLink }) => [webLink],
    words: { en: { label: 'Link', noun: 'the link' }, fr: { label: 'Lien', noun: 'le lien' } },
  }),
  isLong: flagField({
    needs: ['body'],
    read: ({ body }) => body.text.length > 20,
    words: { en: { label: 'Long', yes: 'it’s long', no: 'it’s short' }, fr: { label: 'Long', yes: 'il est long', no: 'il est court' } },
  }),
  size: choiceField(['small', 'large'], {
    needs: ['size'],
    read: ({ size }) => ((size ?? 0) > 100_000 ? 'large' : 'small'),
    words: {
      en: { label: 'Size', noun: 'the size', choices: { small: 'small', large: 'large' } },
      fr: { label: 'Taille', noun: 'la taille', choices: { small: 'petite', large: 'grande' } },
    },
  }),
})

const aLink = { field: 'webLink', operator: 'does-not-contain', values: ['outlook'] } as const
const mutable = () => ({ ...aLink, values: [...aLink.values] })

test('fields put into the table have their schema, with the operators and values of their kind', () => {
  for (const fitting of [
    aLink,
    { field: 'isLong', operator: 'is', values: [false] },
    { field: 'size', operator: 'is-not', values: ['large'] },
  ])
    expect(more.schema.parse(fitting)).toEqual(fitting)
  for (const other of [
    { ...aLink, operator: 'at-least' },
    { field: 'isLong', operator: 'is', values: ['x'] },
    { field: 'size', operator: 'is', values: ['huge'] },
    { field: 'size', operator: 'at-least', values: [5] },
  ])
    expect(more.schema.safeParse(other).success).toBe(false)
  expect(conditions.schema.safeParse(aLink).success).toBe(false)
})

test('they are judged, said in both languages, explained and begun in the editor as their kind is', () => {
  expect(more.needs(mutable())).toEqual(['webLink'])
  expect(more.evaluate(mutable(), aMessage())).toEqual({ holds: false, decidedBy: 'outlook' })
  expect(more.says(mutable(), 'en')).toBe('the link doesn’t contain “outlook”')
  expect(more.says(mutable(), 'fr')).toBe('le lien ne contient pas «\u202foutlook\u202f»')
  expect(more.explains(mutable(), { holds: true, decidedBy: 'https://a.example' }, 'en')).toBe(
    'the link doesn’t contain “outlook”: it’s “https://a.example”',
  )
  expect(more.withField('isLong', mutable())).toEqual({ field: 'isLong', operator: 'is', values: [true] })
  expect(more.withField('webLink', { field: 'subject', operator: 'is', values: ['x'] }).values).toEqual(['x'])
  expect(more.says(more.withField('size', mutable()), 'fr')).toBe('la taille est grande')
  expect(more.withChoice(more.withField('size', mutable()), 'small').values).toEqual(['small'])
  expect(more.isOn('text', mutable())).toBe(true)
  expect(more.isOn('flag', mutable())).toBe(false)
})

test('what a field makes of a body is in no explanation', () => {
  const inBody = conditionsFrom({ quote: textField({ needs: ['body'], read: ({ body }) => [body.text], words: fields.body.words }) })
  const condition = { field: 'quote' as const, operator: 'contains' as const, values: ['nothing'] }
  const held = inBody.evaluate(condition, aMessage({ body: { text: 'secret', html: '' } }))
  expect(held).toEqual({ holds: false, decidedBy: '' })
  expect(inBody.explains(condition, { ...held, decidedBy: 'secret' }, 'en')).not.toContain('secret')
})

test('what is not in the table is refused by name', () => {
  expect(() => conditions.needs(JSON.parse('{"field":"webLink"}'))).toThrow('There is no field "webLink" to look at.')
  expect(() => conditionsFrom({})).toThrow('empty')
})

/** A message that fails when a part is read that is not named. */
const seeing = (needs: readonly (MessageField | 'owner')[]): Message =>
  new Proxy(aMessage(), {
    get(message, part) {
      if (!needs.some((each) => each === part)) throw new Error(`It reads ${String(part)}.`)
      return Reflect.get(message, part)
    },
  })

test.each(conditions.names)('%s reads what it needs and nothing else, and has words in both languages', (name) => {
  const field = fields[name]
  expect(field.needs.length).toBeGreaterThan(0)
  expect(() => field.read(seeing([...field.needs, ...(field.ofOwner ? (['owner'] as const) : [])]), undefined)).not.toThrow()
  const begun = conditions.withField(name, { field: 'subject', operator: 'is', values: ['x'] })
  expect(conditions.schema.parse(begun)).toEqual(begun)
  const [en, fr] = (['en', 'fr'] as const).map((language) => [field.words[language].label, conditions.says(begun, language)])
  expect(en?.every((words) => words !== '')).toBe(true)
  expect(fr?.every((words) => words !== '')).toBe(true)
  expect(en?.[1]).not.toBe(fr?.[1])
})

test('the API and the language name the same fields and operators', () => {
  const { Condition } = openApiDocument('https://mailboard.example').components?.schemas ?? {}
  const shapes: { properties: Record<'field' | 'operator', { enum?: string[]; const?: string }> }[] = JSON.parse(
    JSON.stringify(Condition),
  ).oneOf
  const named = (part: 'field' | 'operator') => shapes.flatMap(({ properties }) => properties[part].enum ?? properties[part].const ?? [])
  expect(named('field').toSorted()).toEqual(conditions.names.toSorted())
  expect(new Set(named('operator'))).toEqual(new Set(Object.values(operatorsOf).flat()))
})

test('no other file lists fields: only the pane knows of some what Outlook hides', () => {
  const own = /\b(?:subjectOrBody|sentToMe|sentOnlyToMe|sentCcMe|isAutomaticReply|isMeetingRequest|isNonDeliveryReport)\b/
  const files = ['addin', 'contract', 'recipes', 'server'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|json)$/.test(name))
      .map((name) => join(folder, name)),
  )
  const naming = files.filter((path) => own.test(readFileSync(path, 'utf8')))
  expect(naming.toSorted()).toEqual(['addin/mail/judge.ts', 'recipes/automatic-reply.ts', 'recipes/conditions/fields.ts'])
})
