// One character at a time, by texts: a function that is asked for each would have all places kept at once, hundreds of megabytes.
export const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
export const escapedAttribute = (value: string): string => escaped(value).replace(/"/g, '&quot;')
