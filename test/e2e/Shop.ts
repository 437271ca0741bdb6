/** A general HTTP API with a hundred-odd items, mirrored by a configuration in a directory of its own. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { it } from "@effect/vitest"
import { Effect, Schema, type Scope } from "effect"
import { sandbox } from "../../connectors/rest/sandbox.ts"
import { RunResult } from "../../core/sync/RunResult.ts"
import { type Ended, makePlace } from "../support/program.ts"

export const shop = `
type: rest
baseUrl: { env: REST_URL }
auth: { type: bearer, token: { secret: REST_TOKEN } }
retry: [10ms]
entities:
  item:
    path: /items
    records: /items
    key: id
    fields: { id: bigint, name: text, amount: decimal }
    examples:
      - record: { id: 1, name: Чай, amount: 2.5 }
        row: { id: "1", name: Чай, amount: "2.5" }
  tag:
    path: /items.ndjson
    format: ndjson
    key: id
    fields: { id: bigint, tags: "text[]" }
`

export const size = 120

const makeShop = Effect.gen(function* () {
  const vendor = yield* sandbox.start({ size })
  const { REST_TOKEN = "", REST_URL = "" } = vendor.environment
  const place = yield* makePlace({
    files: { "config/connectors/shop.yaml": shop },
    variables: { REST_URL },
    secrets: { REST_TOKEN }
  })
  const edit = (edits: object) =>
    Effect.promise(() =>
      fetch(`${vendor.url}/_sandbox/data`, {
        method: "POST",
        body: JSON.stringify([{ collection: "items", ...edits }])
      })
    )
  const rows = place.sql<{ id: string; name: string }>`select id::text, name from shop_item order by shop_item.id`
  return { ...place, vendor, edit, rows }
})

type Shop = Effect.Success<typeof makeShop>

/** In milliseconds: a scenario starts up to a dozen processes, each of which takes seconds where others run. */
const timeLimit = 120_000

export const scenario = (name: string, test: (shop: Shop) => Effect.Effect<void, unknown, Scope.Scope>) =>
  it.live(name, () => makeShop.pipe(Effect.flatMap(test), Effect.provide(NodeServices.layer)), timeLimit)

/** The one document on standard output, with these keys and no other; anything beside it would not parse. */
export const documentOf = <S extends Schema.Top & { readonly DecodingServices: never }>(schema: S, ended: Ended) =>
  Schema.decodeUnknownEffect(Schema.fromJsonString(schema), { onExcessProperty: "error" })(ended.stdout).pipe(
    Effect.mapError(({ message }) => new Error(`${message}, but ${JSON.stringify(ended)}`))
  )

export const Runs = Schema.Struct({ runs: Schema.Array(RunResult) })

export const runsOf = Effect.fnUntraced(function* (ended: Ended) {
  const { runs } = yield* documentOf(Runs, ended)
  return runs.map(({ entity, status }) => `${entity} ${status}`)
})
