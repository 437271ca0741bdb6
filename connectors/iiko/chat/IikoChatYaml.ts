/** The keys of the bot's file for the chat features of iiko. The features themselves are loaded when a bot starts. */
import { Schema } from "effect"
import { type ChatYaml, PositiveDuration, withDefault } from "../../../core/sdk.ts"

export const WriteoffsYaml = Schema.Struct({
  groups: withDefault(
    Schema.Array(Schema.NonEmptyString),
    [],
    "Product groups by name or id, each with everything below it, as in [Напитки]. Default: all products."
  ),
  numberPrefix: withDefault(Schema.NonEmptyString, "TR-", "What document numbers begin with. Default TR-."),
  stockStaleAfter: withDefault(
    PositiveDuration,
    "26h",
    "Stock on hand that was read longer ago is shown with its age. Default 26h: balances are read every morning."
  )
})

/** In the order in which `check` and editors list the keys. */
export const chatYaml: ChatYaml = {
  connector: "iiko",
  features: [
    { name: "writeoff", sections: { writeoffs: withDefault(WriteoffsYaml, {}, "Write-offs of employees.") } },
    { name: "stock" },
    { name: "stopList" },
    { name: "transfers" },
    { name: "invoices" }
  ],
  roles: {
    stopList: "the stop list and its report",
    stock: "what is below its minimum",
    accounting: "write-offs and transfers"
  }
}
