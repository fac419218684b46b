// What boards and items may hold.
import { boardLimits, itemLimits } from '../../contract/limits.ts'
import { columnLimits, columnTextLimits } from '../../recipes/limits.ts'
import { largestItem } from '../boards/item-size.ts'
import { count, invalidRequest, type Limit, size } from './limit.ts'

const apiTest = { file: 'test/contract/limits.test.ts', name: 'what is at a limit fits, and what is one over it does not' }
const columnTest = {
  file: 'test/recipes/column-limits.test.ts',
  name: 'a text at the limit of its column is looked at, and one over it is refused unread',
}

export const boardLimitRows: Limit[] = [
  {
    what: 'Groups and columns of a board',
    howMuch: `${boardLimits.groups}, ${boardLimits.columns}`,
    answer: invalidRequest,
    test: apiTest,
  },
  {
    what: 'Labels of a column, length of a label',
    howMuch: `${boardLimits.labels}, ${boardLimits.label} characters`,
    answer: invalidRequest,
    test: apiTest,
  },
  { what: 'A title', howMuch: `${boardLimits.title} characters`, answer: invalidRequest, test: apiTest },
  {
    what: 'An item: its name, its columns',
    howMuch: `${itemLimits.name} characters, ${itemLimits.columns}`,
    answer: invalidRequest,
    test: apiTest,
  },
  {
    what: 'An item as JSON, name and columns',
    howMuch: size(largestItem),
    answer: '422 `invalid-item`, error `too-large`; a recipe shortens or leaves out what does not fit, and the run says so',
    test: { file: 'test/server/boards/item-size.contract.test.ts', name: 'an item of 256 KiB is taken to the byte, one byte more is not' },
  },
  { what: 'An update', howMuch: `${count(itemLimits.update)} characters`, answer: invalidRequest, test: apiTest },
  ...Object.entries(columnTextLimits).map(([type, most]) => ({
    what: `A text for a column of type \`${type}\``,
    howMuch: `${count(most)} characters`,
    answer: '422 `invalid-item`, error `not-valid`',
    test: columnTest,
  })),
  {
    what: 'Values of a people or dropdown column',
    howMuch: count(columnLimits.list),
    answer: '422 `invalid-item`, error `not-valid`',
    test: columnTest,
  },
]
