/** What the helper processes of the benchmark say on their first line of output, and what `far.ts` tells later. */
import { Schema } from "effect"

export const Source = Schema.Struct({ url: Schema.String })
export type Source = typeof Source.Type

export const Far = Schema.Struct({
  databasePort: Schema.Int,
  /** Points the shipped configuration at the sandboxes. */
  environment: Schema.Record(Schema.String, Schema.String),
  /** The addresses of the sandboxes themselves. */
  vendors: Schema.Struct({ iiko: Schema.String, fintablo: Schema.String, gsheet: Schema.String }),
  control: Schema.String
})
export type Far = typeof Far.Type

const Traffic = Schema.Struct({
  connections: Schema.Int,
  rounds: Schema.Int,
  elapsed: Schema.Finite,
  statements: Schema.Array(Schema.String)
})

export const FarTraffic = Schema.Struct({ database: Traffic, iiko: Traffic, fintablo: Traffic, gsheet: Traffic })
export type FarTraffic = typeof FarTraffic.Type

/** What `sellers.ts` says. */
export const Sellers = Schema.Struct({
  /** Points the sample of Allegro at them, and the daemon at its database. */
  environment: Schema.Record(Schema.String, Schema.String),
  granted: Schema.Array(
    Schema.Struct({ login: Schema.String, accessToken: Schema.String, refreshToken: Schema.String })
  ),
  control: Schema.String
})
export type Sellers = typeof Sellers.Type
