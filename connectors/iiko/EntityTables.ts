/** The tables of a connector's entities, which the shipped configuration names after the connector. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export const tables = (connector: string) =>
  Effect.map(SqlClient.SqlClient, (sql) => {
    const table = (entity: string) => sql(`${connector}_${entity}`)
    return {
      department: table("department"),
      employee: table("employee"),
      /** iiko's roles are positions. */
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
