/** A daemon with an inbox: its HTTP server over a fake connector whose deliveries are worked off by a function of the test. */
import { Duration, Effect, Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as InboxRows from "../../core/inbox/InboxRows.ts"
import * as InboxWorkers from "../../core/inbox/InboxWorkers.ts"
import { Connector } from "../../core/plugin/Connector.ts"
import type { InboxSource } from "../../core/plugin/Inbox.ts"
import * as WebhookBody from "../../core/plugin/WebhookBody.ts"
import { ask, layer } from "../http/fixtures.ts"
import type { layerDatabase } from "../support/database.ts"
import * as Eventually from "../support/eventually.ts"
import { type Answers, entity, layerSync, sourceOf } from "../support/source.ts"

/** In real time, whatever the clock of the test says. */
export const eventually = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  TestClock.withLive(Eventually.eventually(condition))

export const token = "the-hook-token"

/** Deliveries such as `{ "order": "7", "n": 1 }` of the key `order`, with their id in `X-Delivery`. */
export const admit: InboxSource["admit"] = (request) =>
  Effect.sync(() => {
    if (!WebhookBody.hasToken(request.headers.authorization, Redacted.make(token))) return { _tag: "Refused" }
    const body = Option.getOrUndefined(WebhookBody.parse(request))
    const order: unknown = Reflect.get(Object(body), "order")
    if (body === undefined || typeof order !== "string") return { _tag: "Unreadable" }
    const id = request.headers["x-delivery"]
    return { _tag: "Accepted", key: order, body, ...(id === undefined ? {} : { id }) }
  })

export const sourceWith = (work: InboxSource["work"], more: Partial<InboxSource> = {}): InboxSource => ({
  description: "orders",
  admit,
  work,
  ...more
})

export interface Options {
  readonly database?: typeof layerDatabase
  readonly answers?: Answers
  readonly entities?: ReadonlyArray<ReturnType<typeof entity>>
  /** Only receives. */
  readonly workers?: boolean
}

/** A daemon; its source is `orders`. */
export const daemon = (
  source: InboxSource,
  { answers = () => ({}), database, entities, workers = true }: Options = {}
) => {
  const connector = Connector.of({
    read: (read, options) => sourceOf(answers(read, options)),
    probe: Effect.succeed("fine"),
    inbox: new Map([["orders", source]])
  })
  const engine = layerSync(entities ?? [entity("thing")], answers, {}, [], {
    layer: () => Layer.succeed(Connector, connector)
  })
  return (workers ? InboxWorkers.layer(Duration.seconds(6)) : Layer.empty).pipe(
    Layer.provideMerge(layer({ engine, ...(database === undefined ? {} : { database }) }))
  )
}

export interface Sent {
  readonly to?: string
  readonly id?: string
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a delivery and returns the answer. */
export const send = (
  body: unknown,
  { headers = {}, id, to = "/hooks/fake/fake/orders", token: shown = token }: Sent = {}
) =>
  ask(to, {
    method: "POST",
    token: shown,
    body,
    headers: { ...headers, ...(id === undefined ? {} : { "x-delivery": id }) }
  })

export const deliveries = Effect.map(InboxRows.list({}, 10_000), (all) => all.toReversed())

export const states = Effect.map(deliveries, (all) => all.map(({ state }) => state))

/** Waits until nothing waits. */
export const settled = eventually(Effect.map(states, (all) => !all.includes("waiting")))
