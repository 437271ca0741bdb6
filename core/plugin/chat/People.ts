/** The people of the bot as features see them, and the source of employees that a connector may provide. */
import type { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

export interface Department {
  readonly id: string
  readonly name: string
}

/** A person who may use the bot. */
export interface ChatPerson {
  /** Their name in the audit. */
  readonly actor: string
  readonly name: string
  /** null for an admin who is no employee. */
  readonly employeeId: string | null
  /** The name of their position. */
  readonly position: string | null
  /** null until they have chosen where they work. */
  readonly department: Department | null
  readonly isAdmin: boolean
}

export interface Employee {
  readonly id: string
  readonly name: string
  readonly firstName: string
  readonly lastName: string
  /** In the form of `normalisePhone`. */
  readonly phones: ReadonlyArray<string>
  /** The name of the main role. */
  readonly position: string | null
  /** Ids. An employee with none works in all departments. */
  readonly departments: ReadonlyArray<string>
  /** Whether they are employed on the requested day. */
  readonly active: boolean
}

/** A source of employees: the bot signs people in by phone number or last name. */
export interface PeopleSource {
  /** Names of the entities that it is read from, such as `employee`; it is read again after each of their syncs. */
  readonly entities: ReadonlyArray<string>
  /**
   * All employees of a connector on a day (`yyyy-MM-dd`), including former ones, so that a signed-in person who left is
   * recognised. Empty before the first sync.
   */
  readonly read: (
    connector: string,
    day: string
  ) => Effect.Effect<
    { readonly employees: ReadonlyArray<Employee>; readonly departments: ReadonlyArray<Department> },
    SqlError.SqlError,
    SqlClient.SqlClient
  >
  /** `undefined` for a text that is no number, or lacks its area code. */
  readonly normalisePhone: (text: string) => string | undefined
}
