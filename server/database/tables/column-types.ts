import type { ColumnType, JSONColumnType } from 'kysely'

export type Instant = ColumnType<Date, Date | string, Date | string>
export type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
export type Now = ColumnType<Date, Date | string | undefined, Date | string>
export type Json<T extends object | null> = JSONColumnType<T>
