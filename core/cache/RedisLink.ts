/**
 * The way to the Redis server of one cache. While the server is away, everything fails at once, and one fiber tries to
 * reach it again, at most every second and ever less often. A server that does not answer in time counts as away.
 */
import { Deferred, Duration, Effect, Latch, type Scope } from "effect"
import type { RedisDeclaration } from "../config/CacheDeclaration.ts"
import { elapsedMillis } from "../observe/Elapsed.ts"
import { type Command, connect, type RedisConnection, RedisFailed } from "./RedisClient.ts"

export interface RedisHealth {
  /** `refusing`: it answers with errors, for example because it is full. */
  readonly status: "ok" | "away" | "refusing"
  readonly detail: string | null
}

export interface RedisLink {
  /** Fails within the declared timeout. */
  readonly send: (commands: ReadonlyArray<Command>) => Effect.Effect<ReadonlyArray<unknown>, RedisFailed>
  readonly health: Effect.Effect<RedisHealth>
}

interface Current {
  readonly connection: RedisConnection
  readonly lost: Deferred.Deferred<string>
}

const longestWait = Duration.toMillis(Duration.seconds(30))

/** A connection that held for so long was no accident. */
const steady = Duration.toMillis(Duration.minutes(1))

export const make = Effect.fnUntraced(function* (
  connector: string,
  redis: RedisDeclaration
): Effect.fn.Return<RedisLink, never, Scope.Scope> {
  /** Opened when the first attempt to connect has ended: those who come earlier wait for it. */
  const tried = yield* Latch.make()
  let current: Current | undefined
  /** The last command that was refused: others may succeed all the while, as reads do when the server is full. */
  let refusedCommand: string | undefined
  let health: RedisHealth = { status: "ok", detail: null }

  /** Each change is logged once. */
  const become = (status: RedisHealth["status"], detail: string | null) =>
    Effect.suspend(() => {
      const before = health.status
      health = { status, detail }
      if (before === status) return Effect.void
      if (status === "ok") return Effect.logInfo(`the Redis of ${connector} is well again`)
      const what = status === "away" ? "does not answer" : "refuses commands"
      return Effect.logWarning(`the Redis of ${connector} ${what} (${detail}): memory and the system answer`)
    })

  const hold = Effect.scoped(
    Effect.gen(function* () {
      const lost = yield* Deferred.make<string>()
      const connection = yield* connect(redis, (why) => void Deferred.doneUnsafe(lost, Effect.succeed(why))).pipe(
        Effect.timeoutOrElse({ duration: redis.timeout, orElse: () => late(redis) })
      )
      current = { connection, lost }
      yield* become("ok", null)
      yield* tried.open
      return yield* Deferred.await(lost)
    }).pipe(
      Effect.catch(({ message }) => Effect.succeed(message)),
      Effect.tap((why) => {
        current = undefined
        return Effect.andThen(become("away", why), tried.open)
      })
    )
  )

  yield* Effect.gen(function* () {
    for (let failures = 0; ; failures += 1) {
      const since = yield* elapsedMillis
      yield* hold
      if ((yield* elapsedMillis) - since >= steady) failures = 0
      yield* Effect.sleep(Duration.millis(Math.min(1_000 * 2 ** Math.min(failures, 10), longestWait)))
    }
  }).pipe(Effect.forkScoped)

  const sendNow = Effect.fnUntraced(function* (commands: ReadonlyArray<Command>) {
    if (current === undefined) return yield* new RedisFailed({ refused: false, message: health.detail ?? "away" })
    const { connection, lost } = current
    return yield* connection.send(commands).pipe(
      Effect.timeoutOrElse({ duration: redis.timeout, orElse: () => late(redis) }),
      Effect.tap(() => {
        if (refusedCommand !== undefined && !commands.some(([name]) => name === refusedCommand)) return Effect.void
        refusedCommand = undefined
        return become("ok", null)
      }),
      Effect.tapError(({ message, refused }) => {
        if (!refused) return Deferred.succeed(lost, message)
        refusedCommand = commands[0]?.[0]
        return become("refusing", message)
      })
    )
  })

  return {
    health: Effect.sync(() => health),
    send: (commands) =>
      tried.await.pipe(
        Effect.timeoutOrElse({ duration: redis.timeout, orElse: () => late(redis) }),
        Effect.andThen(sendNow(commands))
      )
  }
})

const late = ({ timeout }: RedisDeclaration) =>
  Effect.fail(new RedisFailed({ refused: false, message: `no answer within ${Duration.format(timeout)}` }))
