/** The iiko sandbox knows the default people of the Telegram sandbox, so the shipped configuration lets them in. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { adminPhone, employeePhone } from "../../bot/sandbox/Phones.ts"
import { sandbox as iiko } from "../../connectors/iiko/sandbox.ts"

describe("the default people", () => {
  it.effect("are employed in the iiko sandbox with seed 1, Анна at the bar", () =>
    Effect.gen(function* () {
      const { state } = yield* iiko.start({ seed: 1 })
      const rolesOf = (phone: string) =>
        state.employees
          .filter(({ cellPhone, deleted }) => cellPhone === phone && !deleted)
          .flatMap(({ rolesIds }) => rolesIds.map((id) => state.roles.find((role) => role.id === id)?.name ?? ""))
      assert.match(rolesOf(employeePhone)[0] ?? "", /бар/i)
      assert.isNotEmpty(rolesOf(adminPhone))
    })
  )
})
