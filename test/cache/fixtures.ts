/** A connector's cache over either store, with a system that is asked for its values. */
import { Context, Duration, Effect, Layer, Logger, Option, Schema } from "effect"
import { Caches } from "../../core/cache/Caches.ts"
import type { CacheDeclaration, RedisDeclaration } from "../../core/config/CacheDeclaration.ts"

export class Away extends Schema.TaggedError<Away>()("Away", { message: Schema.String }) {}

const Form = Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtcFromString })

export const categories = {
  form: { description: "Forms", schema: Form, ttl: "600s", notFound: "30s", stale: "0s" },
  contact: { description: "Contacts", schema: Schema.String, ttl: "300s", notFound: "30s", personal: true }
} as const

export const declared = (more: Partial<CacheDeclaration> = {}): CacheDeclaration => ({
  enabled: true,
  entries: 1_000,
  categories: new Map([
    ["form", { ttl: Duration.minutes(10), notFound: Duration.seconds(30), stale: Duration.hours(1) }],
    ["contact", { ttl: Duration.minutes(5), notFound: Duration.seconds(30) }]
  ]),
  ...more
})

export type StoreName = "memory" | "redis"

/** Collects what is logged at `Info` and above, as texts. */
export const collecting = (lines: Array<string>) =>
  Logger.layer([Logger.make(({ message }) => void lines.push([message].flat().join(" ")))])

export const makeCache = Effect.fnUntraced(function* (
  more: Partial<CacheDeclaration> & { readonly redis?: RedisDeclaration } = {},
  connector = "crm"
) {
  const caches = Context.get(yield* Layer.build(Caches.layer), Caches)
  const cache = yield* caches.open<Away>()({ name: connector, cache: declared(more) }, categories)
  const asked: Array<ReadonlyArray<string>> = []
  const names = new Map([["7", "Ada"]])
  /** As a vendor answers: one call for all, with those that exist. */
  const load = (keys: ReadonlyArray<string>): Effect.Effect<ReadonlyMap<string, string>, Away> =>
    Effect.sync(() => {
      asked.push(keys)
      return new Map(keys.flatMap((key) => (names.has(key) ? [[key, names.get(key) ?? ""] as const] : [])))
    })
  const contact = (key: string) =>
    cache.get(
      "contact",
      key,
      Effect.map(load([key]), (found) => Option.fromUndefinedOr(found.get(key)))
    )
  return { asked, cache, caches, contact, load, names }
})
