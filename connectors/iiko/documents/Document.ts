/**
 * Documents of a store, as requested and logged. The number is fixed before the first try, because it identifies a
 * document whose answer was lost.
 */
import { DateTime, Schema } from "effect"
import { expectedMessage, optional, required, withDefault } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

const Uuid = Schema.String.check(
  Schema.isPattern(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, expectedMessage(iiko("iiko.id")))
)

/** At most 15 digits, which a double keeps exactly: iiko takes amounts as JSON numbers. */
export const Amount = Schema.String.check(
  Schema.isPattern(/^(?=.*[1-9])\d{1,9}(?:\.\d{1,6})?$/, expectedMessage(iiko("iiko.amount", { example: '"1.5"' })))
).annotate({ description: "Decimal text in the product's unit.", examples: ["1.5"] })

const WallClock = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, expectedMessage(iiko("iiko.localTime")))
)

const DocumentNumber = Schema.String.check(
  Schema.isPattern(/^[\p{L}\p{N}][\p{L}\p{N}/_-]{0,31}$/u, expectedMessage(iiko("iiko.documentNumber")))
)

export const Item = Schema.Struct({
  productId: required(Uuid, iiko("iiko.product")),
  amount: required(Amount, iiko("iiko.howMuch")),
  unitId: optional(Uuid, "The unit of a product that has none of its own.")
})
export type Item = typeof Item.Type

/** The input that all documents share. */
export const commonInput = {
  items: required(Schema.NonEmptyArray(Item), iiko("iiko.items")),
  comment: withDefault(Schema.String.check(Schema.isMaxLength(1_000)), "", "For whoever reads the document in iiko."),
  dateIncoming: optional(WallClock, "The restaurant's wall clock, as in 2026-03-05T10:00. Default: now."),
  number: optional(
    DocumentNumber,
    "The document's number: the same one is never sent twice. Default: a new one each time."
  )
} as const
const CommonInput = Schema.Struct(commonInput)
export type CommonInput = typeof CommonInput.Type

export const storeId = Uuid

const common = {
  documentNumber: Schema.String,
  dateIncoming: Schema.String,
  comment: Schema.String,
  items: Schema.Array(
    Schema.Struct({ productId: Schema.String, amount: Schema.String, measureUnitId: Schema.optionalKey(Schema.String) })
  )
} as const

export const Writeoff = Schema.Struct({
  kind: Schema.Literal("writeoff"),
  ...common,
  storeId: Schema.String,
  accountId: Schema.String
})
export type Writeoff = typeof Writeoff.Type

export const Transfer = Schema.Struct({
  kind: Schema.Literal("internalTransfer"),
  ...common,
  storeFromId: Schema.String,
  storeToId: Schema.String
})
export type Transfer = typeof Transfer.Type

/** The form in the log. */
export const Document = Schema.Union([Writeoff, Transfer])
export type Document = typeof Document.Type

export const itemsOf = (items: ReadonlyArray<Item>): Document["items"] =>
  items.map(({ amount, productId, unitId }) =>
    unitId === undefined ? { productId, amount } : { productId, amount, measureUnitId: unitId }
  )

/** iiko's times have no offset. */
export const wallClock = (now: DateTime.Zoned): string => DateTime.formatIsoOffset(now).slice(0, 16)

/** The same day in the format of older reports. */
export const dottedDate = (now: DateTime.Zoned): string => DateTime.formatIsoDate(now).split("-").toReversed().join(".")
