import { asPerson } from '../people/unit-of-work.ts'
import { listActivity } from '../runs/activity.ts'
import { insightOf } from '../runs/insight.ts'
import { actOnMessage } from '../triggers/click/one-click.ts'
import { readSubject } from '../triggers/click/read-subject.ts'
import { retryRun } from '../runs/retry-run.ts'
import type { RunDeps } from '../runs/run-deps.ts'
import { listRuns, readRun } from '../runs/run-list.ts'
import { tryRecipe } from '../triggers/try/try-recipe.ts'
import { undoRun } from '../actions/undo-run.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'tryRecipe' | 'readInsight' | 'actOnMessage' | 'readSubject' | 'listActivity' | 'listRuns' | 'readRun' | 'retryRun' | 'undoRun'

export function runHandlers({ db, config: { publicUrl } }: ApiDeps, runs: RunDeps): Handlers<Names> {
  return {
    tryRecipe: ({ person, body }) => tryRecipe(runs, person, body),
    readInsight: ({ person, params, query }) =>
      asPerson(db, person, (trx) => insightOf(trx, person, { messageId: params.id, ...query, publicUrl })),
    actOnMessage: ({ person, params, body }) => actOnMessage(runs, person, { messageId: params.id, action: body.action }),
    readSubject: ({ person, params }) => readSubject(runs, person, params.id),
    listActivity: ({ person, query }) => asPerson(db, person, (trx) => listActivity(trx, person, query)),
    listRuns: ({ person, query }) => asPerson(db, person, (trx) => listRuns(trx, person, query)),
    readRun: ({ person, params }) => asPerson(db, person, (trx) => readRun(trx, person, params.id)),
    retryRun: ({ person, params }) =>
      asPerson(db, person, async (trx) => {
        await retryRun(trx, person, params.id)
        return readRun(trx, person, params.id)
      }),
    undoRun: async ({ person, params }) => {
      const notUndone = await undoRun(runs, person, params.id)
      return { ...(await asPerson(db, person, (trx) => readRun(trx, person, params.id))), notUndone }
    },
  }
}
