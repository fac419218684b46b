// Webhooks as monday.com makes and posts them: a challenge while the mutation is pending, names of an earlier age in the body, a JWT where
// an app with an integration feature made them, and a repetition every minute for half an hour until it is answered by 200.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { type Board, boardFor, type Webhook } from './board.ts'
import { jsonOf } from './cells.ts'
import { badArgument, MondayError, notFound } from './monday-error.ts'
import { iso } from './shown.ts'
import type { MondayState, Token } from './state.ts'
import type { Change } from './writes.ts'

export type Webhooks = ReturnType<typeof openWebhooks>
type Asked = { boardId: string; url: string; event: string; config: Record<string, unknown> }
type Event = Record<string, unknown> & { subscriptionId: string }

const longestUrl = 255
const allowanceMs = 10_000

export function openWebhooks(state: MondayState) {
  const stopped = new AbortController()
  const retry = { everyMs: 60_000, forMs: 30 * 60_000 }
  const held: (() => void)[] = []
  let holding = false
  let working = 0

  async function post(webhook: Webhook, body: unknown, attempt: number): Promise<Response | undefined> {
    const authorization = webhook.isSigned ? { authorization: await signed(state, webhook) } : {}
    const entry = { at: new Date(), url: webhook.url, subscriptionId: webhook.id, attempt, status: 0, body }
    state.webhookLedger.entries.push(entry)
    try {
      const answer = await fetch(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(allowanceMs)]),
      })
      entry.status = answer.status
      return answer
    } catch {
      return undefined
    }
  }

  async function deliver(webhook: Webhook, event: Event): Promise<void> {
    working += 1
    const until = Date.now() + retry.forMs
    for (let attempt = 1; !stopped.signal.aborted; attempt += 1) {
      const answer = await post(webhook, { event }, attempt)
      await answer?.body?.cancel()
      if (answer?.status === 200 || Date.now() + retry.everyMs > until) break
      await wait(retry.everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
    }
    working -= 1
  }

  return {
    async create(token: Token, { boardId, url, event, config }: Asked): Promise<Webhook> {
      const board = boardFor(state, token.user, boardId)
      if (url.length > longestUrl || !/^https?:\/\//.test(url)) throw badArgument('Invalid webhook URL')
      if (event === 'change_specific_column_value' && typeof config['columnId'] !== 'string') throw badArgument('config must name a column')
      const isSigned = token.kind === 'oauth' && state.app.hasIntegration
      const webhook: Webhook = { id: state.nextId(), board, url, event, config, creator: token.user, isSigned }
      const challenge = randomUUID()
      const answer = await post(webhook, { challenge }, 1)
      if (answer?.status !== 200 || !isEcho(await answer.text(), challenge)) throw unreachable()
      state.webhooks.set(webhook.id, webhook)
      return webhook
    },
    remove({ user }: Token, id: string): Webhook {
      const webhook = state.webhooks.get(id)
      if (webhook === undefined || webhook.creator.account !== user.account) throw notFound('webhook')
      state.webhooks.delete(id)
      return webhook
    },
    heard(change: Change): void {
      for (const webhook of state.webhooks.values()) {
        if (webhook.board !== change.board || !isWanted(webhook, change)) continue
        const send = () => void deliver(webhook, eventOf(webhook, change))
        if (holding) held.push(send)
        else send()
      }
    },
    /** Once more what was posted before, as a repetition that nobody needed. */
    repeat: (index = -1): void => {
      const entry = state.webhookLedger.entries.at(index)
      const webhook = entry && state.webhooks.get(entry.subscriptionId)
      if (entry !== undefined && webhook !== undefined) void post(webhook, entry.body, 2)
    },
    hold: () => void (holding = true),
    release(order: 'as-is' | 'reversed' = 'as-is') {
      holding = false
      const all = held.splice(0)
      for (const send of order === 'as-is' ? all : all.toReversed()) send()
    },
    retry,
    idle: () => working === 0 && held.length === 0,
    stop: () => stopped.abort(),
  }
}

/** Where nobody answers the challenge, this is all that it says. */
const unreachable = () => new MondayError('INTERNAL_SERVER_ERROR', 'Internal Server Error', { status: 500 })

function isEcho(text: string, challenge: string): boolean {
  try {
    return Object(JSON.parse(text))['challenge'] === challenge
  } catch {
    return false
  }
}

/** `config` comes as a string that holds JSON. */
export function parseConfig(config: unknown): Record<string, unknown> {
  if (config === undefined || config === null) return {}
  const parsed = typeof config === 'string' ? jsonOf(config) : undefined
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw badArgument('config must be a JSON string')
  return { ...parsed }
}

export const webhookShown = ({ id, board, event, config }: Webhook) => {
  const shown = Object.keys(config).length === 0 ? null : JSON.stringify(config)
  return { id, board_id: board.id, event, config: shown }
}

function isWanted({ event, config }: Webhook, change: Change): boolean {
  if (change.event !== 'change_column_value') return event === change.event
  if (event === 'change_column_value') return true
  if (event === 'change_specific_column_value') return config['columnId'] === change.column?.id
  if (event !== 'change_status_column_value' || config['columnId'] !== change.column?.id) return false
  const wanted = Object(config['columnValue'])
  return wanted['$any$'] === true || wanted['index'] === Object(change.item?.cells[change.column?.id ?? ''])['index']
}

/** The body of an event bears names that the API has given up since. */
const legacyNames: Record<string, string> = {
  create_item: 'create_pulse',
  change_column_value: 'update_column_value',
  change_name: 'update_name',
  item_deleted: 'delete_pulse',
  item_archived: 'archive_pulse',
  item_moved_to_any_group: 'move_pulse_into_group',
}

function eventOf(webhook: Webhook, { event, board, item, user, column, before, update }: Change): Event {
  const uuid = randomUUID().replaceAll('-', '')
  const about = item === null ? {} : { pulseId: Number(item.id), itemId: Number(item.id), pulseName: item.name, groupId: item.groupId }
  const value = column && item ? (item.cells[column.id] ?? null) : undefined
  const type = column?.type === 'status' ? 'color' : column?.type
  const ofColumn = column === undefined ? {} : { columnId: column.id, columnType: type, columnTitle: column.title, value: labelled(column, value), previousValue: labelled(column, before) } // prettier-ignore
  const ofUpdate = update === undefined ? {} : { body: update.body, textBody: update.body.replaceAll(/<[^>]*>/g, ''), updateId: Number(update.id), replyId: update.replyTo === null ? null : Number(update.id) } // prettier-ignore
  return {
    app: 'monday',
    type: legacyNames[event] ?? event,
    triggerTime: iso(Date.now()),
    subscriptionId: webhook.id,
    triggerUuid: uuid,
    originalTriggerUuid: null,
    userId: Number(user.id),
    boardId: Number(board.id),
    ...about,
    ...(event === 'create_item' ? { columnValues: {} } : {}),
    ...ofColumn,
    ...ofUpdate,
  }
}

function labelled({ type, labels }: Board['columns'][number], cell: unknown): unknown {
  if (type !== 'status' || typeof cell !== 'object' || cell === null || !('index' in cell)) return cell ?? null
  return { label: { index: cell.index, text: labels.find(({ index }) => index === cell.index)?.label ?? '' }, post_id: null }
}

const signed = ({ app, now }: MondayState, { url, creator }: Webhook): Promise<string> =>
  new SignJWT({ accountId: Number(creator.account.id), userId: Number(creator.id), aud: url })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(Math.floor(now() / 1000))
    .setExpirationTime(Math.floor(now() / 1000) + 300)
    .sign(new TextEncoder().encode(app.signingSecret))
