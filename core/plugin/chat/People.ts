/** Who people are, to a feature; and where a connector knows them from. */
import type { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

export interface Department {
  readonly id: string
  readonly name: string
}

/** Somebody who may use the bot. */
export interface ChatPerson {
  /** As the audit names them. */
  readonly actor: string
  readonly name: string
  /** null: an admin who is no employee. */
  readonly employeeId: string | null
  /** The name of their role at work. */
  readonly position: string | null
  /** null: they have not said yet where they work. */
  readonly department: Department | null
  readonly isAdmin: boolean
}

export interface Employee {
  readonly id: string
  readonly name: string
  readonly firstName: string
  readonly lastName: string
  /** As `normalisePhone` writes them. */
  readonly phones: ReadonlyArray<string>
  /** The name of the main role. */
  readonly position: string | null
  /** Ids. Whom nothing ties to one in particular works in all of them. */
  readonly departments: ReadonlyArray<string>
  /** Whether they work there on the day that was asked about. */
  readonly active: boolean
}

/** Says who somebody is: the bot lets employees in by phone number or last name. */
export interface PeopleSource {
  /** What it is read from, as in `employee`; after each of their syncs it is read again. */
  readonly entities: ReadonlyArray<string>
  /**
   * All of an instance on a day (`yyyy-MM-dd`), those who left too, because it is to be noticed of somebody who is signed
   * in. Before the very first sync nobody.
   */
  readonly read: (
    connector: string,
    day: string
  ) => Effect.Effect<
    { readonly employees: ReadonlyArray<Employee>; readonly departments: ReadonlyArray<Department> },
    SqlError.SqlError,
    SqlClient.SqlClient
  >
  /** `undefined`: it is no number, or lacks its area. */
  readonly normalisePhone: (text: string) => string | undefined
}
