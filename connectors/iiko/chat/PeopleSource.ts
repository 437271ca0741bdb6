/** The employees and departments of iiko, as a `PeopleSource`. */
import { Effect } from "effect"
import type { PeopleSource } from "../../../core/sdk.ts"
import { normalisePhone } from "../people/Phone.ts"
import * as Staff from "../people/Staff.ts"
import type { TableUnavailable } from "../TableUnavailable.ts"

/** Before the first sync there are no tables: an empty list. */
const orNoneYet = <A, R>(effect: Effect.Effect<ReadonlyArray<A>, TableUnavailable, R>) =>
  Effect.catch(effect, ({ cause }) =>
    cause.reason._tag === "SqlSyntaxError" ? Effect.succeed<ReadonlyArray<A>>([]) : Effect.fail(cause)
  )

export const people: PeopleSource = {
  entities: ["employee", "employee_role", "department"],
  read: (connector, day) =>
    Effect.all(
      {
        employees: orNoneYet(Staff.employees(connector, day)),
        departments: orNoneYet(Staff.departments(connector))
      },
      { concurrency: "unbounded" }
    ),
  normalisePhone
}
