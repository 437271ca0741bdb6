import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { start, withDatabase } from "../documents/TestClient.ts"
import { today } from "../sandbox/TestClient.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"
import * as Staff from "./Staff.ts"

const people = Effect.gen(function* () {
  const cafe = yield* start()
  const results = yield* cafe.sync("employee", "employee_role")
  assert.deepEqual(
    results.map(({ error }) => error),
    [null, null]
  )
  const { state } = cafe
  return { ...cafe, working: state.employees.filter(({ code, deleted }) => code !== "" && !deleted) }
})

describe("people", () => {
  it.effect("are told by one statement, with their position and where they work", () =>
    Effect.gen(function* () {
      const { state, working } = yield* people
      const { answer, statements } = yield* withStatementCount(Staff.employees("iiko", today))
      assert.strictEqual(statements, 1)
      assert.lengthOf(answer, state.employees.length)
      const found = new Map(answer.map((employee) => [employee.id, employee]))
      for (const { cellPhone, departmentCodes, firstName, id, lastName, mainRoleId, name } of working) {
        const departments = state.corporateItems.filter(
          ({ code, type }) =>
            type === "DEPARTMENT" && (departmentCodes.length === 0 || departmentCodes.includes(code ?? ""))
        )
        const { departments: where, ...employee } = found.get(id) ?? assert.fail(name)
        assert.deepEqual(employee, {
          id,
          name,
          firstName: firstName ?? "",
          lastName: lastName ?? "",
          phones: [cellPhone?.slice(1) ?? ""],
          position: state.roles.find((role) => role.id === mainRoleId)?.name.trim() ?? null,
          active: true
        })
        assert.sameMembers(
          [...where],
          departments.map((department) => department.id)
        )
      }
      const gone = state.employees.filter(({ deleted }) => deleted)
      assert.isNotEmpty(gone)
      assert.isTrue(gone.every(({ id }) => found.get(id)?.active === false))
    }).pipe(withDatabase)
  )

  it.effect("work until the day they are fired, and nowhere when iiko says so", () =>
    Effect.gen(function* () {
      const { sql, working } = yield* people
      const [first, second, third] = working.map(({ id }) => id)
      yield* sql`update iiko_employee set fire_date = '2026-03-06' where id = ${first ?? ""}::uuid`
      yield* sql`update iiko_employee set employee = false where id = ${second ?? ""}::uuid`
      yield* sql`
        update iiko_employee set department_codes = '{}', department_codes_state = 'EMPTY',
          phone = '8 (4012) 55-66-77, +375 29 123-45-67', cell_phone = null, main_role_id = null where id = ${third ?? ""}::uuid`
      const on = (day: string) =>
        Effect.map(Staff.employees("iiko", day), (all) => new Map(all.map((employee) => [employee.id, employee])))
      const now = yield* on(today)
      assert.deepEqual(
        [first, second].map((id) => now.get(id ?? "")?.active),
        [true, false]
      )
      assert.isFalse((yield* on("2026-03-06")).get(first ?? "")?.active)
      assert.deepInclude(now.get(third ?? ""), {
        departments: [],
        phones: ["375291234567", "74012556677"].toReversed(),
        position: null,
        active: true
      })
    }).pipe(withDatabase)
  )

  it.effect("choose from the departments, by name, and not from what is above or below them", () =>
    Effect.gen(function* () {
      const { sql, state } = yield* start()
      yield* sql`insert into iiko_department (id, name, type) values (gen_random_uuid(), ' Ёлки ', 'DEPARTMENT')`
      const { answer, statements } = yield* withStatementCount(Staff.departments("iiko"))
      const names = state.corporateItems.filter(({ type }) => type === "DEPARTMENT").map(({ name }) => name.trim())
      assert.strictEqual(statements, 1)
      assert.deepEqual(
        answer.map(({ name }) => name),
        [...names, "Ёлки"].toSorted((one, other) => one.localeCompare(other, "ru"))
      )
    }).pipe(withDatabase)
  )

  it.effect("cannot be told before they were synced, and the error says so", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Staff.employees("iiko", today))
      assert.strictEqual(error._tag, "Unreadable")
      assert.match(
        error.message,
        /relation "iiko_\w+" does not exist; .*sync employee, employee_role, department first/
      )
    }).pipe(withDatabase)
  )
})
