/**
 * A category in Redis, for several daemons and over restarts. What was read or written is in memory too, and memory answers
 * while Redis is away. Each entry bears the generation of its category, which is another key: removing that removes all
 * entries in one step, for all daemons, also those that are being loaded meanwhile.
 */
import { createHash, randomUUID } from "node:crypto"
import { Clock, Effect, Option, Schema } from "effect"
import type { CategoryStore, Kept } from "./CategoryStore.ts"
import * as MemoryStore from "./MemoryStore.ts"
import type { Command } from "./RedisClient.ts"
import type { RedisLink } from "./RedisLink.ts"

const Stored = Schema.fromJsonString(
  Schema.Struct({
    generation: Schema.String,
    freshUntil: Schema.Finite,
    keptUntil: Schema.Finite,
    value: Schema.optionalKey(Schema.Json)
  })
)
const decode = Schema.decodeUnknownOption(Stored)

/** Nothing is written to Redis with it. */
const unknown = ""

export interface RedisStoreOptions {
  readonly link: RedisLink
  /** Different for each connector, category and form of its values. */
  readonly namespace: string
  /** The most values in memory. */
  readonly capacity: number
}

/** Keys may be long, and personal. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url")

/** The form of a schema's values, short: values of another form have other keys. */
export const versionOf = (schema: Schema.Top): string =>
  digest(JSON.stringify(Schema.toJsonSchemaDocument(schema))).slice(0, 8)

export const make = ({ capacity, link, namespace }: RedisStoreOptions): CategoryStore => {
  const memory = MemoryStore.make(capacity)
  const generationKey = `${namespace}:generation`
  const keyOf = (key: string): string => `${namespace}:${digest(key)}`
  let seen = unknown
  /** A removal did not reach Redis: nothing is read there before another one has. */
  let isRemovalDue = false

  const removeAll = Effect.suspend(() => {
    isRemovalDue = true
    return Effect.tap(link.send([["DEL", generationKey]]), () =>
      Effect.sync(() => {
        isRemovalDue = false
      })
    )
  })

  const begin = Effect.suspend(() => {
    const generation = randomUUID()
    return Effect.as(link.send([["SET", generationKey, generation]]), generation)
  }).pipe(Effect.orElseSucceed(() => unknown))

  const ask = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
    if (isRemovalDue) yield* removeAll
    const [answer] = yield* link.send([["MGET", generationKey, ...keys.map(keyOf)]])
    const [generation, ...texts] = Array.isArray(answer) ? answer : []
    const mark = typeof generation === "string" ? generation : yield* begin
    if (mark !== seen) yield* memory.remove()
    seen = mark
    let errors = 0
    const found = keys.map((_, index): Kept | undefined => {
      if (typeof generation !== "string" || typeof texts[index] !== "string") return undefined
      const stored = decode(texts[index])
      if (Option.isNone(stored)) errors += 1
      else if (stored.value.generation === generation) return stored.value
      return undefined
    })
    // Memory answers later with what Redis has now.
    yield* memory.write(
      keys.flatMap((key, index) => (found[index] === undefined ? [] : [[key, found[index]] as const])),
      mark
    )
    yield* Effect.forEach(
      keys.filter((_, index) => found[index] === undefined),
      memory.remove,
      { discard: true }
    )
    return { found, mark, errors }
  })

  return {
    read: (keys) =>
      Effect.catch(ask(keys), () => Effect.map(memory.read(keys), (reading) => ({ ...reading, mark: unknown }))),
    write: Effect.fnUntraced(function* (entries, mark) {
      yield* memory.write(entries, mark)
      if (mark === unknown) return 0
      const now = yield* Clock.currentTimeMillis
      const commands = entries.map(
        ([key, kept]): Command => [
          "SET",
          keyOf(key),
          JSON.stringify({ ...kept, generation: mark }),
          "PX",
          String(Math.max(1, Math.ceil(kept.keptUntil - now)))
        ]
      )
      return yield* link.send(commands).pipe(
        Effect.as(0),
        Effect.catch(({ refused }) => Effect.succeed(refused ? entries.length : 0))
      )
    }),
    remove: (key) =>
      Effect.andThen(
        memory.remove(key),
        (key === undefined ? removeAll : link.send([["DEL", keyOf(key)]])).pipe(
          Effect.catch(() =>
            Effect.sync(() => {
              isRemovalDue = true
            })
          )
        )
      ),
    entries: memory.entries
  }
}
