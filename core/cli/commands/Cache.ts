/** `cache`: what the running daemon keeps of the answers of systems, and removing it. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { HttpClientRequest } from "effect/http"
import { CacheReport, CacheReports } from "../../cache/CacheReport.ts"
import * as CachesView from "../render/views/CachesView.ts"
import { askDaemon } from "../shared/DaemonApi.ts"
import { answer, daemonDeclaration } from "../shared/Root.ts"

const connector = Argument.String("connector").pipe(Argument.withDescription("The connector whose cache it is"))
const category = Argument.String("category").pipe(
  Argument.withDescription("Only this kind of values"),
  Argument.optional
)
const key = Argument.String("key").pipe(Argument.withDescription("Only this value"), Argument.optional)

const clear = Command.make(
  "clear",
  { connector, category, key },
  Effect.fn("cli.cache.clear")(function* (input) {
    const { http } = yield* daemonDeclaration
    const wanted = {
      ...(input.category._tag === "Some" ? { category: input.category.value } : {}),
      ...(input.key._tag === "Some" ? { key: input.key.value } : {})
    }
    const path = `/api/v1/caches/${encodeURIComponent(input.connector)}/clear`
    const report = yield* askDaemon(
      http,
      HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), wanted),
      CacheReport
    )
    yield* answer(report, (screen) => `Cleared.\n${CachesView.render([report], screen)}`)
  })
).pipe(
  Command.withDescription("Remove what a cache keeps, so that the system is asked again"),
  Command.withExamples([
    { command: "tributary cache clear crm", description: "All that the cache of crm keeps" },
    { command: "tributary cache clear crm contact", description: "One kind of its values" }
  ])
)

export const cache = Command.make(
  "cache",
  {},
  Effect.fn("cli.cache")(function* () {
    const { http } = yield* daemonDeclaration
    const { caches } = yield* askDaemon(http, HttpClientRequest.get("/api/v1/caches"), CacheReports)
    yield* answer({ caches }, (screen) => CachesView.render(caches, screen))
  })
).pipe(Command.withDescription("What the daemon keeps of the answers of systems"), Command.withSubcommands([clear]))
