/** The health of the CRM service, over HTTP, under the path that was asked for. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer } from "effect"
import { checkAliases } from "../../core/cli/shared/AliasCheck.ts"
import { documentOf } from "../../core/http/OpenApiDocument.ts"
import { InboxFailed } from "../../core/plugin/Inbox.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { reason } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { ask, layer } from "../../test/http/fixtures.ts"
import { connectorType } from "./index.ts"
import { start } from "./sandbox/TestClient.ts"

const yaml = `
aliases: [/api/v1]
forms:
  token: { secret: BITRIX24_FORMS_TOKEN }
  form: { object: item/1038 }
  programmes: { object: item/1040, from: /form/ufCrm38Programmes }
entities: { deal: { object: deal, key: id, fields: { id: bigint } } }`

const health = ask("/api/v1/integration/health")

const nothing = new InboxFailed({ reason: reason("inbox.unexpected", { text: "nothing is made here" }), again: false })
const context = {
  runAction: () => nothing,
  readRecords: () => Effect.succeed(0),
  refresh: () => Effect.void
}

const served = Effect.fnUntraced(function* (more: string) {
  const { declaration } = yield* start(`${yaml}\n${more}`)
  const engine = Sync.layer.pipe(
    Layer.provideMerge(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  return { declaration, served: layer({ engine }) }
})

/** Looks up what a form names. */
const workOff = Effect.gen(function* () {
  const { inbox } = yield* (yield* Registry.now).connector("crm")
  const source = inbox?.get("poll-form")
  const receivedAt = yield* DateTime.now
  const delivery = { id: 1, key: "", attempt: 1, receivedAt, body: { form_id: 430_131_691 } }
  yield* Effect.flip(source?.work(delivery, context) ?? Effect.die("there is no such source"))
}).pipe(Effect.scoped)

describe("the health of the CRM service", () => {
  it.live("counts what its cache holds by category, and is in the description of the API", () =>
    Effect.gen(function* () {
      const { declaration, served: daemon } = yield* served("")
      yield* checkAliases({ connectors: [declaration], files: [] }, { directory: "", types: [connectorType] })
      yield* Effect.gen(function* () {
        const empty = { poll_form: 0, educational_program: 0, contact: 0, deal: 0 }
        assert.deepEqual((yield* health).body, {
          status: "healthy",
          cache_stats: { total_entries: 0, categories: empty }
        })
        yield* workOff
        const { body } = yield* health
        assert.deepEqual(body, {
          status: "healthy",
          // That there is no deal of the form yet is an entry, too.
          cache_stats: { total_entries: 5, categories: { ...empty, poll_form: 1, educational_program: 3, deal: 1 } }
        })
        const { paths } = yield* documentOf(yield* Registry.now)
        assert.property(paths, "/api/v1/integration/health")
        assert.strictEqual((yield* ask("/api/v1/integration/health", { token: null })).status, 401)
      }).pipe(Effect.provide(daemon))
    })
  )

  it.live("is degraded while its Redis does not answer", () =>
    Effect.gen(function* () {
      const { served: daemon } = yield* served("cache: { redis: { port: 1 } }")
      yield* Effect.gen(function* () {
        yield* workOff
        const { body } = yield* health
        assert.strictEqual(Reflect.get(Object(body), "status"), "degraded")
      }).pipe(Effect.provide(daemon))
    })
  )
})
