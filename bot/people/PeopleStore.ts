/** The rows of people who are signed in and of admins. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"

const StoredPerson = Schema.Struct({
  telegram_id: Schema.BigInt,
  name: Schema.String,
  employee_id: Schema.NullOr(Schema.String),
  department_id: Schema.NullOr(Schema.String),
  locale: Schema.NullOr(Schema.String),
  blocked: Schema.Boolean
})
export type StoredPerson = typeof StoredPerson.Type

const Everybody = Schema.Tuple([
  Schema.Struct({
    people: Schema.fromJsonString(Schema.Array(Schema.Struct({ ...StoredPerson.fields, telegram_id: Schema.Int }))),
    admins: Schema.fromJsonString(Schema.Array(Schema.Int)),
    owners: Schema.Array(Schema.String)
  })
])
const decode = Schema.decodeUnknownEffect(Everybody)

export const everybody = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select coalesce((select json_agg(p) from (
        select telegram_id, name, employee_id, department_id, locale, blocked from tributary.bot_person
      ) as p), '[]')::text as people,
      coalesce((select json_agg(telegram_id order by added_at) from tributary.bot_admin), '[]')::text as admins,
      array(select distinct owner from tributary.account where owner like 'telegram:%') as owners`
  const [found] = yield* Effect.orDie(decode(rows))
  return found
})

export interface NewPerson {
  readonly telegramId: number
  readonly name: string
  readonly phone: string | null
  readonly employeeId: string | null
}

/** An employee with a new phone replaces their earlier entry. */
export const signIn = Effect.fn("People.signIn")(function* ({ employeeId, name, phone, telegramId }: NewPerson) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    with elsewhere as (
      update tributary.bot_person set employee_id = null
      where employee_id = ${employeeId}::uuid and telegram_id <> ${BigInt(telegramId)} returning 1
    )
    insert into tributary.bot_person as p (telegram_id, name, phone, employee_id, created_at)
    select ${BigInt(telegramId)}, ${name}, ${phone}, ${employeeId}::uuid, ${now}::timestamptz
    from (select count(*) from elsewhere) as first
    on conflict (telegram_id) do update set name = excluded.name, phone = coalesce(excluded.phone, p.phone),
      employee_id = coalesce(excluded.employee_id, p.employee_id), blocked = false`
})

export const change = Effect.fn("People.change")(function* (
  telegramId: number,
  changes: Partial<Pick<StoredPerson, "department_id" | "locale" | "blocked">>
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`update tributary.bot_person set ${sql.update(changes)} where telegram_id = ${BigInt(telegramId)}`
})

/** Whether there is an account of that owner. */
export const isOwner = Effect.fn("People.isOwner")(function* (owner: string) {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql`select from tributary.account where owner = ${owner} limit 1`).length > 0
})

/** Returns whether the person was no admin before. */
export const addAdmin = Effect.fn("People.addAdmin")(function* (telegramId: number, by: string) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const rows = yield* sql`
    insert into tributary.bot_admin (telegram_id, added_by, added_at)
    values (${BigInt(telegramId)}, ${by}, ${now}::timestamptz) on conflict do nothing returning 1`
  return rows.length > 0
})

/** `others`: the number of admins without a row. Two admins who remove each other at once leave one. */
export const removeAdmin = Effect.fn("People.removeAdmin")(function* (telegramId: number, others: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with held as materialized (select telegram_id from tributary.bot_admin order by telegram_id for update),
    kept as (select count(*) as n from held where telegram_id <> ${BigInt(telegramId)})
    delete from tributary.bot_admin where telegram_id = ${BigInt(telegramId)}
      and (select n from kept) + ${others} > 0
    returning 1`
  return rows.length > 0
})
