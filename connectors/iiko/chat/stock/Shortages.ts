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

export const Found = Schema.Struct({
  departments: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String, products: Schema.Array(Product) }))
})
export type Found = typeof Found.Type
export type Departments = Found["departments"]

export const decodeFound = Schema.decodeUnknownEffect(Found)
