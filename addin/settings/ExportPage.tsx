// All that is kept of the person: how much of what, and three ways to take it along.
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { exportQuery } from '../api/queries.ts'
import { copyText } from '../office/copy-text.ts'
import { Heading } from '../shell/Heading.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import type { ExportFile } from './read-export.ts'
import { saveAs, showInWindow } from './save-file.ts'

export function ExportPage() {
  const t = useText()
  const exported = useQuery(exportQuery)
  return (
    <>
      <Heading back>{t('export.title')}</Heading>
      <p>{t('export.text')}</p>
      {exported.isPending && <Skeleton cards={1} />}
      {exported.isError && <ProblemBar error={exported.error} onRetry={() => void exported.refetch()} />}
      {exported.data && <Ready file={exported.data} />}
    </>
  )
}

/** What is longer is no text to paste anywhere. */
const longestCopy = 10_000_000

function Ready({ file: { blob, exportedAt, counts } }: { file: ExportFile }) {
  const t = useText()
  const url = useMemo(() => URL.createObjectURL(blob), [blob])
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  const open = useMutation({ mutationFn: async () => showInWindow(url) })
  const copy = useMutation({ mutationFn: async () => copyText(await blob.text()) })
  return (
    <>
      <section className="card" aria-labelledby="export-holds">
        <h2 id="export-holds">{t('export.holds')}</h2>
        <dl className="pairs numbers">
          {shown.map(([table, label]) => (
            <div key={table}>
              <dt>{t(label)}</dt>
              <dd>{counts.get(table) ?? 0}</dd>
            </div>
          ))}
        </dl>
        <Button appearance="primary" onClick={() => saveAs(url, `mailboard-${exportedAt.slice(0, 10)}.json`)}>
          {t('export.save')}
        </Button>
      </section>
      <section className="card" aria-labelledby="export-otherwise">
        <h2 id="export-otherwise">{t('export.otherwise')}</h2>
        <p className="quiet">{t('export.otherwise.text')}</p>
        <Button onClick={() => open.mutate()}>{t('export.open')}</Button>
        {blob.size <= longestCopy && (
          <Button disabledFocusable={copy.isPending} onClick={() => copy.mutate()}>
            {t('export.copy')}
          </Button>
        )}
        <div aria-live="polite">
          {copy.data === true && <p className="quiet">{t('export.copied')}</p>}
          {(open.data === false || copy.data === false) && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{t('export.blocked')}</MessageBarBody>
            </MessageBar>
          )}
        </div>
      </section>
    </>
  )
}

/** What means something to people; the file holds every table. */
const shown = [
  ['recipes', 'export.part.recipes'],
  ['runs', 'export.part.runs'],
  ['boards', 'export.part.boards'],
  ['items', 'export.part.items'],
  ['updates', 'export.part.updates'],
  ['files', 'export.part.files'],
  ['inbox_messages', 'export.part.messages'],
  ['access_log', 'export.part.access'],
] as const
