// A board as a page, so that whoever plays with the sandbox sees what came to it.
import { Router } from 'express'
import { escapeHtml } from '../entra/authorize-page.ts'
import type { Board, Item } from './board.ts'
import { textOfCell } from './cells.ts'
import { updatesOf } from './shown.ts'
import type { MondayState } from './state.ts'
import { itemsOn } from './writes.ts'

export function boardPages(state: MondayState): Router {
  const router = Router()
  router.get(['/boards/:id', '/boards/:id/pulses/:itemId'], (request, response) => {
    const board = state.boards.get(String(request.params['id']))
    if (board === undefined) return void response.sendStatus(404)
    response.send(pageOf(state, board))
  })
  return router
}

function pageOf(state: MondayState, board: Board): string {
  const columns = board.columns.filter(({ type, isDeleted }) => type !== 'name' && !isDeleted)
  const head = ['Item', ...columns.map(({ title }) => title), 'Updates'].map((title) => `<th>${escapeHtml(title)}</th>`)
  const row = (item: Item) => {
    const texts = columns.map((column) => escapeHtml(textOfCell(state, column, item.cells[column.id])))
    // Bodies come from mails: they are shown as text.
    const updates = updatesOf(state, item).map(({ body }) => `<details><summary>update</summary><pre>${escapeHtml(body)}</pre></details>`)
    return `<tr><td>${[escapeHtml(item.name), ...texts, updates.join('')].join('</td><td>')}</td></tr>`
  }
  return `<!doctype html><html lang="en"><title>${escapeHtml(board.name)}</title><body style="font: 15px system-ui; margin: 2rem">
    <p>monday.com <em>(stand-in)</em></p><h1>${escapeHtml(board.name)}</h1>
    <table border="1" cellpadding="6" style="border-collapse: collapse"><tr>${head.join('')}</tr>${itemsOn(state, board).map(row).join('')}</table></body></html>`
}
