/** The chat features of iiko and its source of employees. */
import type { ConnectorChat } from "../../../core/sdk.ts"
import * as Invoices from "./invoices/index.ts"
import { people } from "./PeopleSource.ts"
import * as Stock from "./stock/index.ts"
import * as StopList from "./stop-list/index.ts"
import * as Transfers from "./transfers/index.ts"
import * as Writeoff from "./writeoff/index.ts"

export const chat: ConnectorChat = {
  features: [
    { name: "writeoff", make: Writeoff.make },
    { name: "stock", make: Stock.make },
    { name: "stopList", make: StopList.make },
    { name: "invoices", make: Invoices.make },
    { name: "transfers", make: Transfers.make }
  ],
  people
}
