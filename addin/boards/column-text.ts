import { useCallback } from 'react'
import type { BoardColumn } from '../../contract/board.ts'
import type { ColumnValue } from '../../contract/item.ts'
import { render } from '../../recipes/column.ts'
import { useLanguage } from '../shell/use-text.ts'

/** A column's value as people read it; empty where there is none. */
export function useColumnText() {
  const language = useLanguage()
  return useCallback(
    (type: BoardColumn['type'], value: ColumnValue | undefined): string =>
      value === undefined || value === null ? '' : render(type, value, language),
    [language],
  )
}
