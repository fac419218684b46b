const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? '')
export const escapedAttribute = (value: string): string => value.replace(/[&<>"]/g, (character) => entities[character] ?? '')
