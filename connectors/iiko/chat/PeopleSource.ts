/** The employees and departments of iiko, as a `PeopleSource`. */
import { Effect } from "effect"
import type { PeopleSource } from "../../../core/sdk.ts"
import * as People from "../people/People.ts"
import { normalisePhone } from "../people/Phone.ts"
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
        employees: orNoneYet(People.employees(connector, day)),
        departments: orNoneYet(People.departments(connector))
      },
      { concurrency: "unbounded" }
    ),
  normalisePhone
}
