import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { patchOf } from "../../control/Patch.ts"
import { Reload } from "../../plugin/Reload.ts"
import { Api } from "../Api.ts"
import { InvalidConfiguration, Missing } from "../ApiErrors.ts"
import { readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { ResponseCache } from "../ResponseCache.ts"

const live = Effect.flatMap(Reload, (reload) => reload.live)

const versions = Effect.fnUntraced(function* ({
  before,
  limit = 50
}: {
  readonly before?: number
  readonly limit?: number
}) {
  const reload = yield* Reload
  const page = yield* reload.versions(before, limit)
  return { versions: page, next: page.length < limit ? null : (page.at(-1)?.id ?? null) }
}, readDatabase)

const filesOf = Effect.fnUntraced(function* (id: number) {
  const reload = yield* Reload
  const files = yield* reload.files(id)
  return files ?? (yield* new Missing({ detail: `There is no version ${id} that was live.` }))
})

const diff = Effect.fnUntraced(function* ({ from, to }: { readonly from: number; readonly to: number }) {
  const [before, after] = yield* Effect.all([filesOf(from), filesOf(to)], { concurrency: 2 })
  return { patch: patchOf(before, after) }
}, readDatabase)

const reloadNow = Effect.gen(function* () {
  const [caller, reload] = [yield* Caller, yield* Reload]
  const version = yield* reload.reload(caller)
  if (version.status === "ok" || version.status === "unchanged") return version
  const count = version.diagnostics.length
  const detail = version.error ?? `It has ${count === 1 ? "a problem" : `${count} problems`}.`
  return yield* new InvalidConfiguration({ detail, version })
})

export const layer = HttpApiBuilder.group(
  Api,
  "configuration",
  Effect.fn(function* (handlers) {
    const { forget } = yield* ResponseCache
    return handlers.handleAll({
      config: () => live,
      configVersions: ({ query }) => versions(query),
      configDiff: ({ query }) => diff(query),
      reload: () => Effect.ensuring(reloadNow, forget)
    })
  })
)
