import { z } from 'zod'

/** Where a board is kept. */
export const boardKind = z.enum(['built-in', 'monday'])
