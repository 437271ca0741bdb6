import { createTwoFilesPatch } from "diff"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { type Loaded, Reload } from "../../plugin/Reload.ts"
import { readDatabase } from "../Answer.ts"
import { Api } from "../Api.ts"
import { Caller } from "../Caller.ts"
import { InvalidConfiguration, Missing } from "../Problems.ts"
import { Recent } from "../Recent.ts"

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

/** Of every file that differs; a file that is only in one of them is new, or gone, as a whole. */
const patchOf = (before: Loaded["files"], after: Loaded["files"]): string => {
  const [old, next] = [before, after].map((files) => new Map(files.map(({ name, text }) => [name, text])))
  const names = [...new Set([...before, ...after].map(({ name }) => name))].toSorted()
  return names
    .flatMap((name) => {
      const [from, to] = [old?.get(name), next?.get(name)]
      if (from === to) return []
      const [here, there] = [from === undefined ? "/dev/null" : name, to === undefined ? "/dev/null" : name]
      return createTwoFilesPatch(here, there, from ?? "", to ?? "", undefined, undefined, { headerOptions })
    })
    .join("")
}

const headerOptions = { includeIndex: false, includeUnderline: false, includeFileHeaders: true }

const diff = Effect.fnUntraced(function* ({ from, to }: { readonly from: number; readonly to: number }) {
  const [before, after] = yield* Effect.all([filesOf(from), filesOf(to)], { concurrency: 2 })
  return { patch: patchOf(before, after) }
}, readDatabase)

const reloadNow = Effect.gen(function* () {
  const [caller, reload] = [yield* Caller, yield* Reload]
  const version = yield* reload.reload({ trigger: caller, actor: caller })
  if (version.status === "ok" || version.status === "unchanged") return version
  const count = version.diagnostics.length
  const detail = version.error ?? `It has ${count === 1 ? "a problem" : `${count} problems`}.`
  return yield* new InvalidConfiguration({ detail, version })
})

export const layer = HttpApiBuilder.group(
  Api,
  "configuration",
  Effect.fn(function* (handlers) {
    const { forget } = yield* Recent
    return handlers.handleAll({
      config: () => live,
      configVersions: ({ query }) => versions(query),
      configDiff: ({ query }) => diff(query),
      reload: () => Effect.ensuring(reloadNow, forget)
    })
  })
)
