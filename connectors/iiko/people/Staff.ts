/**
 * Employees and where they work, for services that sign people in: employees with their telephone numbers, and the
 * departments to choose from.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Department, Employee } from "../../../core/sdk.ts"
import { tables } from "../EntityTables.ts"
import { iiko } from "../reasons.ts"
import { tableUnavailable } from "../TableUnavailable.ts"
import { phonesOf } from "./Phone.ts"

const Text = Schema.NullOr(Schema.String)
const decodeEmployees = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Text,
      first_name: Text,
      last_name: Text,
      cell_phone: Text,
      phone: Text,
      position: Text,
      departments: Schema.Array(Schema.String),
      active: Schema.Boolean
    })
  )
)

const collator = new Intl.Collator("ru", { numeric: true })
const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
  collator.compare(one.name, other.name)

/**
 * Includes former employees, so that a signed-in person's leaving is noticed; `active` is the state on `day`, the
 * chain's `yyyy-MM-dd`. One statement; sorted by name.
 */
export const employees = Effect.fn("Staff.employees")(
  function* (connector: string, day: string) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const rows = yield* sql`
      select e.id, btrim(e.name) as name, btrim(e.first_name) as first_name, btrim(e.last_name) as last_name,
        e.cell_phone, e.phone, nullif(btrim(r.name), '') as position,
        array(
          select d.id::text from ${of.department} as d
          where d.type = 'DEPARTMENT' and case
            when cardinality(e.department_codes) > 0 then d.code = any(e.department_codes)
            else e.department_codes_state is distinct from 'EMPTY'
          end
          order by d.name, d.id
        ) as departments,
        e.deleted is not true and e.employee is not false
          and (e.fire_date is null or e.fire_date > ${day}::date) as active
      from ${of.employee} as e
      left join ${of.employeeRole} as r on r.id = e.main_role_id`
    return (yield* Effect.orDie(decodeEmployees(rows)))
      .map(
        ({ cell_phone, first_name, last_name, name, phone, ...row }): Employee => ({
          ...row,
          name: name ?? "",
          firstName: first_name ?? "",
          lastName: last_name ?? "",
          phones: phonesOf(cell_phone, phone)
        })
      )
      .toSorted(byName)
  },
  (effect) =>
    Effect.catchTag(effect, "SqlError", (error) =>
      Effect.fail(tableUnavailable(iiko("iiko.employees"), "employee", "employee_role", "department")(error))
    )
)

const decodeDepartments = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: Schema.String, name: Text })))

/** Cafés and the like, without the legal entities above them and the stores below; sorted by name. One statement. */
export const departments = Effect.fn("Staff.departments")(
  function* (connector: string) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const rows = yield* sql`
      select d.id, btrim(d.name) as name from ${of.department} as d where d.type = 'DEPARTMENT'`
    return (yield* Effect.orDie(decodeDepartments(rows)))
      .map(({ id, name }): Department => ({ id, name: name ?? "" }))
      .toSorted(byName)
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(tableUnavailable(iiko("iiko.departments"), "department")(error)))
)
