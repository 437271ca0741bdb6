/** Employees of iiko, each without a fixed department, and a way to sign all of them in to the bot at once. */
import { Array as Arr, DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The Telegram id of the first; the others follow. */
export const firstPerson = 710_000_000

export const idAt = (at: number): string => `b0b0b0b0-0000-4000-8000-${String(at).padStart(12, "0")}`

export const nameAt = (at: number): string => `Сотрудник ${at}`

/** An employee in the form of iiko's sandbox. */
export const employee = (at: number, id = idAt(at)) => ({
  id,
  code: `B${at}`,
  name: nameAt(at),
  firstName: "Сотрудник",
  lastName: String(at),
  cellPhone: `+7911${String(at).padStart(7, "0")}`,
  departmentCodes: [],
  employee: true,
  deleted: false
})

/** Signs them in to the first department by name, which has to exist. */
export const signIn = Effect.fnUntraced(function* (people: number) {
  const sql = yield* SqlClient.SqlClient
  const [department] = yield* sql<{ id: string }>`
    select id from iiko_department where type = 'DEPARTMENT' order by name limit 1`
  const now = DateTime.formatIso(yield* DateTime.now)
  const rows = Arr.makeBy(people, (at) => ({
    telegram_id: BigInt(firstPerson + at),
    name: nameAt(at),
    employee_id: idAt(at),
    department_id: department?.id ?? null,
    created_at: now
  }))
  if (Arr.isReadonlyArrayNonEmpty(rows)) yield* sql`insert into tributary.bot_person ${sql.insert(rows)}`
})
