/** An export: the rows of a query, written to an outside system. */
import type { Duration } from "effect"

export interface ExportDeclaration {
  readonly connector: string
  readonly name: string
  /** A single reading statement. */
  readonly query: string
  /** How long the query may take. */
  readonly timeout: Duration.Duration
  /** The decoded keys of its type. */
  readonly own: unknown
  /** The person whose place it writes to, where one address serves many people. */
  readonly destination?: string
}

/** `sheet.prices`: the id of anything identified by its connector and its name. */
export const exportId = ({ connector, name }: Pick<ExportDeclaration, "connector" | "name">): string =>
  `${connector}.${name}`
