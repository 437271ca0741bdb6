/** A vendor that can be acted on and told how to answer, with the connector type of two actions over it. */

import { Channel, Context, Duration, Effect, Layer, Schema } from "effect"
import { withDefault } from "../../core/config/schema/YamlKeys.ts"
import * as Action from "../../core/plugin/Action.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"

/** What a vendor has: each thing as often as it was applied. */
export interface Vendor {
  readonly apply: (key: string) => Effect.Effect<void>
  readonly find: (key: string) => Effect.Effect<Action.Json | undefined, UpstreamError>
}

export const Answer = Schema.Literals([
  "apply",
  "lose", // applied, and the answer is lost
  "nonsense", // applied, and nobody can read the answer
  "serverError", // applied, and an error is answered
  "break", // applied, and a mistake of ours follows
  "hang", // applied, and never answered
  "stall", // never applied, never answered
  "reset", // not applied, which nobody can know
  "refuse", // and all from here on: certainly not applied
  "conflict",
  "limit",
  "away",
  "open"
])
export type Answer = typeof Answer.Type

const failed = (kind: UpstreamError["kind"], message: string, more: Pick<UpstreamError, "status"> | object = {}) =>
  Effect.fail(new UpstreamError({ kind, reason: foreignText(message), ...more }))

const refusedConnection = Object.assign(new Error("connect"), { code: "ECONNREFUSED" })

const answers = (applied: Effect.Effect<void>): Readonly<Record<Answer, Effect.Effect<Action.Json, Failure>>> => ({
  apply: Effect.as(applied, { accepted: true }),
  lose: Effect.andThen(applied, failed("Timeout", "no answer within 10 seconds")),
  nonsense: Effect.andThen(applied, failed("Format", "expected JSON; the answer is an HTML page")),
  serverError: Effect.andThen(applied, failed("Status", "answered 502", { status: 502 })),
  reset: failed("Unreachable", "the connection broke off", { cause: new Error("reset") }),
  refuse: Effect.fail(new Action.ActionRefused({ reason: foreignText("result: ERROR, the period is closed") })),
  conflict: failed("Status", "answered 409: the document is locked", { status: 409 }),
  limit: failed("RateLimited", "answered 429", { status: 429 }),
  away: failed("Unreachable", "connection refused", {
    cause: new TypeError("fetch failed", { cause: refusedConnection })
  }),
  open: failed("CircuitOpen", "not asked: the last calls all failed"),
  break: Effect.andThen(applied, Effect.die("a mistake of ours")),
  hang: Effect.andThen(applied, Effect.never),
  stall: Effect.never
})

type Failure = UpstreamError | Action.ActionRefused

/** What is to happen to the next request. */
export interface Script {
  readonly next: (key: string) => Answer
  /** Runs when the request is under way, before it is answered. */
  readonly sending?: Effect.Effect<void>
}

const Settings = Schema.Struct({ unit: withDefault(Schema.String, "kg", "The unit.") })
const Key = Schema.String.annotate({ identifier: "Key" })
const Input = Schema.Struct({ keys: Schema.NonEmptyArray(Key), note: Schema.optionalKey(Schema.String) })

const actionsOf = (vendor: Vendor, script: Script) => {
  const run = (settings: typeof Settings.Type, { keys, note }: typeof Input.Type, context: Action.ActionContext) =>
    Effect.gen(function* () {
      if (note === "break off") return yield* Effect.interrupt
      if (note === "give up")
        return yield* new Action.ActionFailed({ reason: foreignText("there is no store of that name") })
      const items = yield* Effect.forEach(
        keys,
        (key) => {
          const intent = {
            key,
            what: foreignText(`1 ${settings.unit} of ${key}`),
            request: { key, amount: "0.10", secret: note ?? "" }
          }
          const sent = Effect.suspend(() => answers(vendor.apply(key))[script.next(key)])
          return context.once(intent, Effect.andThen(script.sending ?? Effect.void, sent))
        },
        { concurrency: "unbounded" }
      )
      const notes = note === "look" ? [foreignText("one has no pair")] : []
      return {
        summary: foreignText(`${items.length} asked for`),
        items: items.map(({ response: _, ...item }) => item),
        notes,
        data: { day: context.now.pipe(String) }
      }
    })
  const send = Action.make({
    name: "send",
    description: "Sends things.",
    settings: Settings,
    input: Input,
    run,
    readBack: (request) => (isKeyed(request) ? vendor.find(request.key) : Effect.die("not what was sent"))
  })
  const { readBack: _, ...blind } = { ...send, name: "blind", description: "Cannot be asked." }
  const settling = {
    ...send,
    name: "settle",
    description: "Is applied soon or never.",
    settlesAfter: Duration.minutes(1)
  }
  return [send, Action.make(blind), Action.make(settling)]
}

const isKeyed = Schema.is(Schema.Struct({ key: Schema.String }))

export const typeOf = (vendor: Vendor, script: Script): ConnectorType => ({
  type: "fake",
  description: "a variable",
  config: Schema.Unknown,
  entityDefaults: {},
  actions: actionsOf(vendor, script),
  layer: (declaration) =>
    Layer.succeed(
      Connector,
      Connector.of({
        read: () => Channel.die("the vendor is only acted on"),
        probe: Effect.succeed("fine"),
        actions: Action.provide(actionsOf(vendor, script), declaration, Context.empty())
      })
    ),
  sandbox: () => Promise.reject(new Error("the fake has no sandbox"))
})
