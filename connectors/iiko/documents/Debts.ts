/** The debts of stores: products of a group with a negative balance today, from one OLAP report. */
import { BigDecimal, Channel, type DateTime, Effect, Option } from "effect"
import { HttpClientRequest } from "effect/http"
import { records, type SourceRecord, type Upstream } from "../../../core/sdk.ts"
import { dottedDate } from "./Document.ts"

export interface Debt {
  /** The store's name in OLAP: without spaces at the ends. */
  readonly account: string
  readonly product: string
  readonly unit: string
  /** Above zero. */
  readonly amount: BigDecimal.BigDecimal
}

/** The decimal places of amounts in documents. */
const places = 6

const textOf = (record: SourceRecord, field: string): string => String(record[field] ?? "").trim()

const debtOf = (record: SourceRecord, group: string): ReadonlyArray<Debt> => {
  if (textOf(record, "Product.TopParent") !== group) return []
  const amount = BigDecimal.fromString(textOf(record, "FinalBalance.Amount"))
  if (Option.isNone(amount) || !BigDecimal.isNegative(amount.value)) return []
  const owed = BigDecimal.round(BigDecimal.abs(amount.value), { scale: places })
  if (BigDecimal.isZero(owed)) return []
  return [
    {
      account: textOf(record, "Account.Name"),
      product: textOf(record, "Product.Name"),
      unit: textOf(record, "Product.MeasureUnit"),
      amount: owed
    }
  ]
}

export const debts = Effect.fn("Iiko.debts")(function* (
  upstream: Upstream.Upstream,
  group: string,
  today: DateTime.Zoned
) {
  const day = dottedDate(today)
  const request = HttpClientRequest.get("/reports/olap", {
    urlParams: {
      report: "TRANSACTIONS",
      from: day,
      to: day,
      groupRow: ["Account.Name", "Product.TopParent", "Product.Name", "Product.MeasureUnit"],
      agr: ["FinalBalance.Amount", "FinalBalance.Money"],
      summary: "false"
    }
  })
  const answer = yield* upstream.send(request)
  return yield* Channel.runFold(
    records({ format: "xml", records: "r" }, answer),
    (): ReadonlyArray<Debt> => [],
    (found, batch) => [...found, ...batch.flatMap((record) => debtOf(record, group.trim()))]
  )
}, Effect.scoped)
