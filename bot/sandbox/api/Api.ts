/** `/bot<token>/<method>` and `/file/bot<token>/<path>`: authenticates calls, logs and answers them. */
import { Clock, Effect, Result } from "effect"
import { json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { World } from "../Model.ts"
import type { Updates } from "../updates/Updates.ts"
import { methods } from "./Methods.ts"
import { type Params, paramsOf } from "./Params.ts"
import { noMethod, notFound, type Refusal, refusalResponse, unauthorized } from "./Refusal.ts"

const path = /^\/(bot|file\/bot)([^/]*)\/(.*)$/

const isToken = (token: string): boolean => /^\d+:[\w-]+$/.test(token)

export const handleApi = Effect.fnUntraced(function* (world: World, updates: Updates, request: SandboxRequest) {
  const [, kind, token = "", rest = ""] = path.exec(request.path) ?? []
  if (kind === undefined || !isToken(token)) return refusalResponse(notFound)
  if (token !== world.token) return refusalResponse(unauthorized)
  return yield* kind === "bot"
    ? call(world, updates, rest, paramsOf(request))
    : Effect.succeed(download(world, decodeURIComponent(rest)))
})

const call = Effect.fnUntraced(function* (
  world: World,
  updates: Updates,
  asked: string,
  given: Effect.Effect<Params, Refusal>
) {
  const at = yield* Clock.currentTimeMillis
  const method = methods.get(asked.toLowerCase())
  if (method === undefined) return refusalResponse(noMethod)
  let chat: number | undefined
  let topic: { readonly topic?: number } = {}
  const outcome = yield* given.pipe(
    Effect.tap(({ chat_id, message_thread_id }) =>
      Effect.sync(() => {
        topic = message_thread_id === undefined ? {} : { topic: message_thread_id }
        chat = chat_id === undefined ? undefined : Number(chat_id)
      })
    ),
    Effect.flatMap((params) => method.run(world, params, updates)),
    Effect.result
  )
  const status = Result.isSuccess(outcome) ? 200 : outcome.failure.code
  world.calls.push({ method: method.name, chat, ...topic, at, ms: (yield* Clock.currentTimeMillis) - at, status })
  return Result.isSuccess(outcome) ? json({ ok: true, result: outcome.success }) : refusalResponse(outcome.failure)
})

const download = (world: World, asked: string): SandboxResponse => {
  const file = [...world.files.values()].find((each) => each.path === asked)
  return file === undefined
    ? refusalResponse(notFound)
    : { headers: { "content-type": "application/octet-stream" }, body: file.bytes }
}

/** A webhook may answer with a call, whose result nobody sees. */
export const handleReply = Effect.fnUntraced(function* (world: World, updates: Updates, body: string) {
  const [, method] = /"method"\s*:\s*"(\w+)"/.exec(body) ?? []
  if (method === undefined) return
  const request: SandboxRequest = {
    method: "POST",
    path: `/bot${world.token}/${method}`,
    query: new URLSearchParams(),
    headers: { "content-type": "application/json" },
    body,
    bytes: Buffer.from(body),
    inFlight: 0,
    fault: undefined
  }
  yield* handleApi(world, updates, request)
})
