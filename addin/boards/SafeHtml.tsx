import DOMPurify from 'dompurify'
import { useMemo } from 'react'

/** HTML that the server has cleaned, cleaned a second time by the browser's own parser. */
export function SafeHtml({ html }: { html: string }) {
  const clean = useMemo(
    () =>
      DOMPurify.sanitize(html, {
        USE_PROFILES: { html: true },
        FORBID_TAGS: ['style', 'form', 'input', 'button', 'img'],
        FORBID_ATTR: ['style'],
        ADD_ATTR: ['target'],
      }),
    [html],
  )
  return <div className="rich" dangerouslySetInnerHTML={{ __html: clean }} />
}
