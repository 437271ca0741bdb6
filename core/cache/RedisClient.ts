/** One connection to a Redis server. It neither reconnects nor queues: `RedisLink` decides when to try again. */
import { createClient, ErrorReply } from "@redis/client"
import { Duration, Effect, Redacted, Schema, type Scope } from "effect"
import type { RedisDeclaration } from "../config/CacheDeclaration.ts"

/** `refused`: the server answered with an error. Otherwise the connection is of no use any more. */
export class RedisFailed extends Schema.TaggedError<RedisFailed>()("RedisFailed", {
  refused: Schema.Boolean,
  message: Schema.String
}) {}

export type Command = readonly [name: string, ...args: ReadonlyArray<string>]

export interface RedisConnection {
  /** Sends the commands at once; their answers come in the same order. */
  readonly send: (commands: ReadonlyArray<Command>) => Effect.Effect<ReadonlyArray<unknown>, RedisFailed>
}

/** `onLost`: called at the end of the connection, with its reason. */
export const connect = Effect.fnUntraced(function* (
  { db, host, password, port, timeout, username }: RedisDeclaration,
  onLost: (why: string) => void
): Effect.fn.Return<RedisConnection, RedisFailed, Scope.Scope> {
  const failed = (cause: unknown) =>
    new RedisFailed({
      refused: cause instanceof ErrorReply,
      message: cause instanceof Error && cause.message !== "" ? cause.message : String(cause)
    })
  const client = yield* Effect.acquireRelease(
    Effect.sync(() =>
      createClient({
        RESP: 2,
        socket: { host, port, connectTimeout: Duration.toMillis(timeout), reconnectStrategy: false },
        database: db,
        disableOfflineQueue: true,
        maintNotifications: "disabled",
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password: Redacted.value(password) })
      })
    ),
    (client) =>
      Effect.sync(() => {
        // Not `close`, which waits for the answers of a server that gives none.
        if (client.isOpen) client.destroy()
      })
  )
  client.on("error", (cause: unknown) => onLost(failed(cause).message))
  client.on("end", () => onLost("the connection was closed"))
  yield* Effect.tryPromise({ try: () => client.connect(), catch: failed })
  return {
    send: (commands) =>
      Effect.tryPromise({
        try: () => Promise.all(commands.map((command) => client.sendCommand([...command]))),
        catch: failed
      })
  }
})
