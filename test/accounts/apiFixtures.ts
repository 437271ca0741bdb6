/** Requests to the API of accounts, over a fake vendor whose customers confirm at once. */
import { assert } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { type Asked, ask, layer } from "../http/fixtures.ts"
import { eventually } from "../support/eventually.ts"
import { makeVendor } from "./fixtures.ts"
import { layerEngine } from "./served.ts"

const Answer = Schema.Record(Schema.String, Schema.Unknown)

/** Sends to `/api/v1`; the body of an answer is an object. */
export const send = Effect.fnUntraced(function* (method: "GET" | "POST" | "DELETE", path: string, asked: Asked = {}) {
  const { body, status, text } = yield* ask(`/api/v1/${path}`, { ...asked, method })
  const answer = text === "" ? {} : yield* Schema.decodeUnknownEffect(Answer)(body)
  return { status, answer, text }
})

export const idOf = (value: unknown) => Schema.decodeUnknownSync(Schema.Struct({ id: Schema.String }))(value).id

export const world = () => {
  const bank = makeVendor()
  bank.codes.interval = Duration.millis(20)
  return { bank, served: layer({ engine: layerEngine(bank), anonymous: "read" }) }
}

export const shop = { connector: "fake", owner: "anna", name: "shop" }

/** Adds an account whose owner confirms at once; returns its id. */
export const added = Effect.fnUntraced(function* (
  bank: ReturnType<typeof makeVendor>,
  more: object = {},
  customer = "a"
) {
  const begun = yield* send("POST", "accounts", { body: { ...shop, ...more } })
  assert.strictEqual(begun.status, 202, begun.text)
  const task = `tasks/${idOf(begun.answer.task)}`
  for (const device of bank.devices.values()) device.customer = customer
  yield* eventually(Effect.map(send("GET", task), ({ answer }) => answer.state === "done"))
  const { answer } = yield* send("GET", task)
  return String(answer.account)
})
