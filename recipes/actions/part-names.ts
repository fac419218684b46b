// The parts of an action that a text can be cut in or a value left out of. Columns have names of their own: `columns.due`.

export const partNames = {
  name: { en: 'the name', fr: 'le nom' },
  update: { en: 'the update', fr: 'la mise à jour' },
  body: { en: 'the update', fr: 'la mise à jour' },
  subject: { en: 'the subject', fr: 'l’objet' },
  find: { en: 'the search', fr: 'la recherche' },
  to: { en: 'To', fr: 'la ligne À' },
  cc: { en: 'Cc', fr: 'la ligne Cc' },
} as const

export type PartName = keyof typeof partNames
export type Part = PartName | `columns.${string}`
