/**
 * `negative-transfer`: in the evening each restaurant's store of supplies covers the debts of its bar and kitchen. One
 * OLAP report and one statement, whatever the number of restaurants; once per evening, source and target.
 */
import { createHash } from "node:crypto"
import { Array as Arr, DateTime, Effect, Schema } from "effect"
import { Action, foreignText, type Reason, render, sqlReason, withDefault } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import * as Consumables from "./Consumables.ts"
import { debts } from "./Debts.ts"
import { itemsOf, type Transfer, wallClock } from "./Document.ts"
import * as DocumentAction from "./DocumentAction.ts"
import { readBack } from "./DocumentReadBack.ts"
import { Server } from "./DocumentServer.ts"
import * as Send from "./Send.ts"
import { type PlannedTransfer, plan, type TransferPlan } from "./TransferPlan.ts"

const Settings = Schema.Struct({
  sourcePrefix: withDefault(
    Schema.NonEmptyString,
    "Хоз. товары",
    "What the name of a giving store begins with, before (RESTAURANT), as in Склад. Default Хоз. товары."
  ),
  targetPrefixes: withDefault(
    Schema.NonEmptyArray(Schema.NonEmptyString),
    ["Бар", "Кухня"],
    "The same of the taking stores, as in [Бар]. Default Бар and Кухня."
  ),
  group: withDefault(
    Schema.NonEmptyString,
    "Расходные материалы",
    "The top group of the products that are moved, as in Упаковка. Default Расходные материалы."
  )
})

/** The same number for the same evening, so that the document can be found even without the log. */
const numberOf = (day: string, { source, target }: PlannedTransfer): string => {
  const pair = createHash("sha256").update(`${source.id} ${target.id}`).digest("hex").slice(0, 8)
  return `N${day.replaceAll("-", "").slice(2)}-${pair}`
}

export const negativeTransfer = Action.make({
  name: "negative-transfer",
  description: "Moves consumables to the stores that owe them, once an evening.",
  settings: Settings,
  input: Action.NoInput,
  run: Effect.fnUntraced(function* (settings, _, context) {
    const { connector, upstream } = yield* Server
    yield* DocumentAction.ensureLogin(context)
    const [owed, known] = yield* Effect.all(
      [
        Effect.mapError(debts(upstream, settings.group, context.now), ({ reason }) => notMoved(reason)),
        Effect.mapError(Consumables.consumables(connector, settings.group), (error) =>
          notMoved(iiko("iiko.syncFirst", { why: sqlReason(error) }))
        )
      ],
      { concurrency: "unbounded" }
    )
    const planned = plan(owed, known, settings)
    const day = DateTime.formatIsoDate(context.now)
    const sent = yield* Effect.forEach(
      planned.transfers,
      (transfer) => {
        const document: Transfer = {
          kind: "internalTransfer",
          documentNumber: numberOf(day, transfer),
          dateIncoming: wallClock(context.now),
          comment: `Расходные материалы за ${day}`,
          storeFromId: transfer.source.id,
          storeToId: transfer.target.id,
          items: itemsOf(transfer.items)
        }
        const intent = {
          key: `${day}/${transfer.source.id}/${transfer.target.id}`,
          what: iiko("iiko.moved", {
            count: transfer.items.length,
            source: transfer.source.name,
            target: transfer.target.name
          }),
          request: document
        }
        return Effect.map(context.once(intent, Send.asJson(upstream, document)), ({ response: _, ...item }) => item)
      },
      { concurrency: "unbounded" }
    )
    return report(day, planned, sent)
  }),
  readBack: (request) => Effect.flatMap(Server, ({ upstream }) => readBack(request, upstream))
})

const notMoved = (why: Reason) => new Action.ActionFailed({ reason: iiko("iiko.notMoved", { why }) })

const report = (
  day: string,
  { skipped, transfers, unmatched }: TransferPlan,
  sent: ReadonlyArray<Action.ActionItem>
): Action.ActionReport => {
  const left = skipped.map(({ restaurant, why }) => ({
    key: `${day}/${restaurant}`,
    what: foreignText(restaurant),
    status: "skipped" as const,
    detail: why
  }))
  const notes = unmatched.map(({ products, restaurant }) =>
    iiko("iiko.left", { restaurant, products: products.map((one) => iiko("iiko.leftProduct", one)) })
  )
  const moved = Arr.zip(transfers, sent).map(([{ items, restaurant, source, target }, { detail, status }]) => ({
    restaurant,
    source: source.name,
    target: target.name,
    status,
    detail: detail === null ? null : render(detail),
    detailReason: detail,
    items: items.map(({ amount, product, unit }) => ({ product, amount, unit }))
  }))
  const data = {
    day,
    transfers: moved,
    unmatched: unmatched.map(({ products, restaurant }) => ({
      restaurant,
      products: products.map(({ product, why }) => ({ product, ...whyOf(why) }))
    })),
    skipped: skipped.map(({ restaurant, why }) => ({ restaurant, ...whyOf(why) }))
  }
  return { summary: summaryOf(transfers), items: [...sent, ...left], notes, data }
}

const whyOf = (why: Reason) => ({ why: render(why), whyReason: why })

/** The items show what was sent; this is how much. */
const summaryOf = (transfers: ReadonlyArray<PlannedTransfer>): Reason => {
  if (transfers.length === 0) return iiko("iiko.nothingOwed")
  const products = transfers.reduce((sum, { items }) => sum + items.length, 0)
  const restaurants = new Set(transfers.map(({ restaurant }) => restaurant)).size
  return iiko("iiko.transfers", { transfers: transfers.length, products, restaurants })
}
