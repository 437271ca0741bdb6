import { Effect, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import * as Audit from "../../database/audit/Audit.ts"
import { Api } from "../Api.ts"
import { Missing } from "../ApiErrors.ts"
import { RunsPage, RunsQuery } from "../api/Runs.ts"
import { readDatabase } from "../Background.ts"
import { ResponseCache } from "../ResponseCache.ts"
import { runOf } from "../Responses.ts"

const Query = Schema.Struct(RunsQuery)
const encodePage = Schema.encodeEffect(Schema.fromJsonString(Schema.toCodecJson(RunsPage)))

const runs = Effect.fnUntraced(function* ({ account, before, limit = 50, ...filter }: typeof Query.Type) {
  const accounts = account === undefined ? undefined : [account]
  const below = before === undefined ? undefined : BigInt(before)
  const page = yield* Audit.runsPage({ ...filter, accounts, before: below }, limit)
  const last = page.at(-1)
  const next = last === undefined || page.length < limit ? null : Number(last.id)
  return yield* encodePage({ runs: page.map(runOf), next })
}, readDatabase)

const shownRejects = 100

const run = Effect.fnUntraced(function* (id: number) {
  const found = yield* Audit.runDetail(BigInt(id), shownRejects)
  if (found === undefined) return yield* new Missing({ detail: `There is no run ${id}, or it was trimmed.` })
  const { last_requests: lastRequests, rejects, ...audited } = found
  return { run: runOf(audited), rejects, lastRequests }
}, readDatabase)

export const layer = HttpApiBuilder.group(
  Api,
  "runs",
  Effect.fn(function* (handlers) {
    const recent = yield* ResponseCache
    const shared = yield* recent.share(runs)
    return handlers.handleAll({ runs: ({ query }) => shared(query), run: ({ params }) => run(params.id) })
  })
)
