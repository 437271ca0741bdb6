/** An export: rows that a query gives, written to an outside system. */
import type { Duration } from "effect"

export interface ExportDeclaration {
  readonly connector: string
  readonly name: string
  /** One statement that reads. */
  readonly query: string
  /** How long it may take. */
  readonly timeout: Duration.Duration
  /** The keys of its type, decoded. */
  readonly own: unknown
  /** Whose place it writes to, where one address serves many people. */
  readonly destination?: string
}

/** `gsheet.nomenclature`, of whatever is told apart by its connector and its name. */
export const exportId = ({ connector, name }: Pick<ExportDeclaration, "connector" | "name">): string =>
  `${connector}.${name}`
