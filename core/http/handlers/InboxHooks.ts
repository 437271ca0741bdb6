/**
 * A delivery for an inbox: 200 once it is stored, never before. A sender may wait for what comes of it (`Prefer: wait=10`), for a
 * limited time. When the database is away the answer is 503, and the sender sends again.
 */
import { ByteSize, Duration, Effect, Option } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { Inbox } from "../../inbox/Inbox.ts"
import type { Stored } from "../../inbox/InboxStore.ts"
import { Registry } from "../../plugin/Registry.ts"

const maxBodyBytes = ByteSize.mebibytes(1)

/** A database that takes longer is away for the sender, whose patience is short. */
const storeWithin = "5 seconds"

/** Less than what proxies usually wait. */
const longestWait = 25

const empty = (status: number) => HttpServerResponse.empty({ status })

const sourceOf = Effect.fnUntraced(function* (type: string, name: string, source: string) {
  const { connector, declarations } = yield* Registry.now
  if (!declarations.some((one) => one.name === name && one.type === type)) return undefined
  const { inbox } = yield* Effect.orDie(connector(name))
  return inbox?.get(source)
})

/** Stores the delivery whatever becomes of the connection. */
export const take = Effect.fn("InboxHooks.take")(function* (type: string, name: string, source: string) {
  const found = yield* sourceOf(type, name, source)
  if (found === undefined) return empty(404)
  const { arrayBuffer, headers, url } = yield* HttpServerRequest.HttpServerRequest
  const bytes = new Uint8Array(yield* Effect.provideService(arrayBuffer, HttpServerRequest.MaxBodySize, maxBodyBytes))
  const query = new URL(url, "http://localhost").searchParams
  const admission = yield* found.admit({ headers, query, bytes })
  if (admission._tag === "Refused") return empty(401)
  if (admission._tag === "Unreadable") return empty(400)
  const inbox = yield* Inbox
  const { repeats } = found
  const stored = yield* inbox.receive({ ...admission, connector: name, source, repeats }).pipe(
    Effect.timeoutOption(storeWithin),
    Effect.catch(({ message }) =>
      Effect.as(Effect.logWarning(`a delivery for ${name}/${source} was not stored: ${message}`), Option.none<Stored>())
    )
  )
  if (Option.isNone(stored)) return HttpServerResponse.empty({ status: 503, headers: { "retry-after": "10" } })
  const wait = waitOf(headers.prefer)
  return wait === undefined ? empty(200) : yield* awaited(stored.value, wait)
}, Effect.scoped)

/** As in `Prefer: wait=10, respond-async`: seconds. */
const waitOf = (prefer: string | undefined): Duration.Duration | undefined => {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer ?? "") ?? []
  return seconds === undefined ? undefined : Duration.seconds(Math.min(Number(seconds), longestWait))
}

/** Why a delivery failed is for those who operate the daemon. */
const awaited = Effect.fnUntraced(function* ({ id }: Stored, wait: Duration.Duration) {
  const inbox = yield* Inbox
  const delivery = yield* Effect.orElseSucceed(inbox.awaitEnd(id, wait), () => undefined)
  const { result = null, state = "waiting" } = delivery ?? {}
  return HttpServerResponse.jsonUnsafe({ id, state, result }, { status: state === "waiting" ? 202 : 200 })
})
