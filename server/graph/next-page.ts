// Graph's answer to a listing has a link to the next page. The server follows it only if it continues the same listing: the same
// collection, the same properties. A link to anything else would make the user's token read it.
import { UpstreamError } from '../upstream/upstream-error.ts'

/** The path of the next page below the version; `asked` is that of the first page. undefined: there is no next page. */
export function nextPage(graphUrl: string, asked: string, link: string | undefined): string | undefined {
  if (link === undefined) return undefined
  const version = new URL(graphUrl)
  const next = URL.canParse(link) ? new URL(link) : undefined
  if (next?.origin !== version.origin || next.username !== '' || next.password !== '') throw refusal('wrong-host')
  const [collection = '', query = ''] = asked.split('?')
  if (plain(next.pathname) !== plain(version.pathname + collection)) throw refusal('wrong-page')
  const [before, after] = [new URLSearchParams(query).get('$select'), next.searchParams.get('$select')]
  // Graph may put the selected properties into its token.
  if (after === null ? before !== null && !next.searchParams.has('$skiptoken') : after !== before) throw refusal('wrong-page')
  if (next.searchParams.has('$expand')) throw refusal('wrong-page')
  return `${collection}${next.search}`
}

/** Graph writes mailFolders('inbox') for mailFolders/inbox. */
const plain = (path: string) =>
  path
    .toLowerCase()
    .replaceAll('%27', "'")
    .replaceAll(/\('([^'/]*)'\)/g, '/$1')

const refusal = (code: string) => new UpstreamError('graph', { status: 0, code })
