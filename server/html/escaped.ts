// One replacement per character, with fixed texts: a function as the replacement would keep all positions at once, hundreds of megabytes.
export const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
export const escapedAttribute = (value: string): string => escaped(value).replace(/"/g, '&quot;')
