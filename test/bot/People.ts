/** People besides the two default ones, as in the made-up chain of iiko. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { World } from "./fixtures.ts"

type Cafe = World["Service"]

export const departmentOf = ({ iiko }: Cafe, name: string): string =>
  iiko.state.corporateItems.find((item) => item.name === name)?.id ?? assert.fail(`there is no ${name}`)

/** A new person with the phone number of an employee who only works there; without a department: who works in all. */
export const newcomer = Effect.fnUntraced(function* (cafe: Cafe, department?: string) {
  const { admin, employee, iiko, telegram } = cafe
  const code = iiko.state.corporateItems.find((item) => item.name === department)?.code
  const taken = new Set([employee.phone, admin.phone])
  const found = iiko.state.employees.find(
    (one) =>
      one.employee &&
      !one.deleted &&
      one.fireDate === undefined &&
      one.cellPhone &&
      !taken.has(one.cellPhone) &&
      one.departmentCodes[0] === code
  )
  const phone = found?.cellPhone ?? assert.fail(`nobody works in ${department ?? "all departments"}`)
  const person = telegram.state.person({ name: found?.firstName ?? "?", phone })
  yield* person.send("/start")
  yield* person.sees((chat) => chat.some(({ from }) => from === "bot"))
  yield* person.contact()
  return person
})

/** The same, after the menu is shown. */
export const colleague = Effect.fnUntraced(function* (cafe: Cafe, department: string) {
  const person = yield* newcomer(cafe, department)
  yield* person.sees(
    (chat) =>
      chat
        .at(-1)
        ?.buttons.flat()
        .some((label) => label.includes("🏠")) === true
  )
  return person
})
