/** What the bot can do, in the order of its menu; `features:` in `bot.yaml` switches each of it off that has a name there. */
import { Effect } from "effect"
import type { FeatureName } from "./Config.ts"
import type { Feature, FeatureServices } from "./Feature.ts"
import * as Invoices from "./features/invoices/index.ts"
import * as Stock from "./features/stock.ts"
import * as StopList from "./features/stopList/index.ts"
import * as Transfers from "./features/transfers/index.ts"
import * as Writeoff from "./features/writeoff/index.ts"
import { Settings } from "./Settings.ts"

const all: ReadonlyArray<readonly [FeatureName | "always", Effect.Effect<Feature, never, FeatureServices>]> = [
  ["writeoff", Writeoff.make],
  ["stock", Stock.make],
  ["stopList", StopList.make],
  ["invoices", Invoices.make],
  ["transfers", Transfers.make]
]

export const features = Effect.gen(function* () {
  const settings = yield* Settings
  return yield* Effect.forEach(
    all.filter(([name]) => name === "always" || settings.features[name]),
    ([, make]) => make
  )
})
