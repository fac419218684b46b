// Boards of this server, and links to items anywhere. Their meaning stands in migrations/.
import type { ColumnType, Generated } from 'kysely'
import type { Board, BoardVisit } from '../../../contract/board.ts'
import type { Instant, Now } from './column-types.ts'

export type BoardTables = {
  boards: {
    id: Generated<string>
    tenant_id: string
    person_id: string | null
    name: string
    visibility: 'private' | 'tenant'
    groups: ColumnType<{ id: string; title: string }[], string, string>
    columns: ColumnType<{ id: string; title: string; type: string; labels?: string[]; locale?: string }[], string, string>
    version: Generated<number>
    created_at: Now
  }
  items: {
    id: Generated<string>
    tenant_id: string
    board_id: string
    group_id: string
    name: string
    columns: ColumnType<Record<string, unknown>, string, string>
    created_by: string | null
    source_message_id: string | null
    source_recipe_id: string | null
    source_run_id: string | null
    find_keys: ColumnType<Record<string, string> | null, string | undefined, string>
    left_out: ColumnType<unknown, string | undefined, string>
    version: Generated<number>
    created_at: Now
  }
  message_links: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    item_id: string | null
    message_id: string
    conversation_id: string | null
    internet_message_id: string | null
    created_at: Now
    target: ColumnType<Board['target'], Board['target'] | undefined, Board['target']>
    remote_board_id: string | null
    remote_item_id: string | null
  }
  known_boards: {
    person_id: string
    target: Board['target']
    board_id: string
    tenant_id: string
    name: string
    groups: ColumnType<unknown, string, string>
    columns: ColumnType<unknown, string, string>
    marker: string | null
    may_add_marker: Generated<boolean>
    makes_labels: Generated<boolean>
    read_at: Now
  }
  updates: {
    id: Generated<string>
    tenant_id: string
    item_id: string
    body: string
    body_text: string
    created_by: string | null
    source_run_id: string | null
    created_at: Now
  }
  files: {
    id: Generated<string>
    tenant_id: string
    update_id: string
    run_id: string | null
    message_id: string | null
    attachment_id: string | null
    name: string
    content_type: string
    size: ColumnType<string, number, number>
    state: 'pending' | 'stored' | 'left-out'
    left_out_because: string | null
    created_at: Now
  }
  file_chunks: { file_id: string; ordinal: number; bytes: Buffer }
  file_tickets: { secret_hash: Buffer; file_id: string; expires_at: Instant; person_id: string | null }
  board_visits: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    board_id: string
    board_name: string
    visitor_id: string | null
    what: BoardVisit['what']
    at: Now
  }
}
