/** The employees of an iiko and its departments, for whoever lets people in. */
import { Effect } from "effect"
import type { PeopleSource } from "../../../core/sdk.ts"
import * as People from "../people/People.ts"
import { normalisePhone } from "../people/Phone.ts"
import type { TableUnavailable } from "../TableUnavailable.ts"

/** Before the very first sync there are no tables, and nobody is an employee. */
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
