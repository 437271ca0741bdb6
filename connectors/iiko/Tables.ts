/** The tables of a connector's entities, which the shipped configuration names after the connector. */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Reason, reason } from "../../core/reason/Reason.ts"

export const tables = (connector: string) =>
  Effect.map(SqlClient.SqlClient, (sql) => {
    const table = (entity: string) => sql(`${connector}_${entity}`)
    return {
      department: table("department"),
      employee: table("employee"),
      /** What iiko calls roles are positions. */
      employeeRole: table("employee_role"),
      /** The reference lists: accounts and units of measure. */
      entity: table("entity"),
      incomingInvoice: table("incoming_invoice"),
      incomingInvoiceItem: table("incoming_invoice_item"),
      product: table("product"),
      productGroup: table("product_group"),
      stockBalance: table("stock_balance"),
      store: table("store"),
      supplier: table("supplier")
    }
  })

/** The server's own words, which name the table that is missing: the driver's say no more than that a query failed. */
export const sqlReason = ({ message, reason: { cause } }: SqlError.SqlError): Reason =>
  reason("run.database", { text: cause instanceof Error ? cause.message : message })
