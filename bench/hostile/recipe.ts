import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'

/** Searches the text in every way, extracts a part of it, and copies all of it to a board. */
export function hostileBody(boardId: string, patterns: string[]) {
  return {
    name: 'Hostile',
    enabled: true,
    trigger: { kind: 'mail-received' },
    conditions: {
      none: [
        { field: 'subjectOrBody', operator: 'contains', values: ['nothing that is there', 'ß'] },
        ...patterns.map((pattern) => ({ field: 'body', operator: 'matches', values: [pattern] })),
      ],
    },
    actions: [
      {
        kind: 'create-item',
        board: { target: 'built-in', id: boardId },
        name: "{{ message.body.text | extract: 'Total: ([0-9.]+)' }}",
        columns: {},
        update: '{{ message.body.html }}',
        attachments: 'files',
      },
    ],
  }
}

export function hostileRecipe(patterns: string[]): RecipeBody {
  const parsed = parseRecipe(hostileBody('board', patterns))
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
  return parsed.recipe
}
