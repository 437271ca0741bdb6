/** The data of the action: products below their minimum. */
import { Schema } from "effect"

export const Product = Schema.Struct({
  name: Schema.String,
  unit: Schema.NullOr(Schema.String),
  stock: Schema.String,
  minimum: Schema.String,
  maximum: Schema.NullOr(Schema.String),
  deficit: Schema.String
})
export type Product = typeof Product.Type

export const ShortageData = Schema.Struct({
  departments: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String, products: Schema.Array(Product) }))
})
export type ShortageData = typeof ShortageData.Type
export type Departments = ShortageData["departments"]

export const decodeShortages = Schema.decodeUnknownEffect(ShortageData)
