// Text into markup, of HTML and of XML, between tags and in attributes. What html/ writes again after reading it is escaped there,
// by the rule of browsers: a template would see each entity more.

/** By texts and not by a function for each character, which would keep all places of a large text at once. */
export const escapeMarkup = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')

/** Plain text as HTML, its lines kept. */
export const htmlText = (text: string): string => escapeMarkup(text).replace(/\r\n|\r|\n/g, '<br>')
