// PostgreSQL takes neither NUL nor half a surrogate pair. Mails hold both. Text is cleaned where parameters leave for
// the database (see database.ts); what goes into jsonb must pass through jsonText, since there they hide as escapes.

export const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text)

export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? withoutNul(part).toWellFormed() : part))

/** An id of ours, or something that cannot be one: asked of the database it would be an error and not an empty answer. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
