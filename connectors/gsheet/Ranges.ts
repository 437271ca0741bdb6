/**
 * Combines simultaneous reads of ranges into one request per spreadsheet, because Google limits the number of reads. A
 * caller may stop waiting; when all have, the request is cancelled.
 */
import { Deferred, Effect, Exit, Fiber, FiberSet, type Scope } from "effect"
import type { ReadEvent, UpstreamError } from "../../core/sdk.ts"
import { chunksOf } from "./Chunks.ts"

export type Listener = (event: ReadEvent) => Effect.Effect<void>

/** Reads ranges of one spreadsheet; the answers are in the same order. */
export type Fetch<A> = (
  path: string,
  ranges: ReadonlyArray<string>,
  listen: Listener
) => Effect.Effect<ReadonlyArray<A>, UpstreamError>

export type ReadRange<A> = (path: string, range: string, listen: Listener) => Effect.Effect<A, UpstreamError>

interface Gathering<A> {
  readonly answers: Map<string, Deferred.Deferred<A, UpstreamError>>
  readonly listeners: Array<Listener>
  waiting: number
}

/** Turns of the event loop: the entities of a run start within a few, and a test's clock may stand still. */
const turns = 20

/** Well below the line length that proxies accept. */
const maxQueryLength = 6_000

export const make = <A>(fetch: Fetch<A>): Effect.Effect<ReadRange<A>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const fibers = yield* FiberSet.make<void, UpstreamError>()
    const gatherings = new Map<
      string,
      { readonly gathering: Gathering<A>; readonly fiber: Fiber.Fiber<void, unknown> }
    >()

    const ask = Effect.fnUntraced(function* (path: string, { answers, listeners }: Gathering<A>) {
      yield* Effect.repeat(Effect.yieldNow, { times: turns })
      gatherings.delete(path)
      const listen = together(listeners)
      yield* Effect.forEach(
        chunksOf([...answers.keys()], lengthInQuery, { size: maxQueryLength }),
        (ranges) =>
          Effect.flatMap(apart(fetch, path, ranges, listen), (exits) =>
            Effect.forEach(ranges, (range, at) => settle(answers.get(range), exits[at]), { discard: true })
          ),
        { concurrency: "unbounded", discard: true }
      )
    })

    const begin = Effect.fnUntraced(function* (path: string) {
      const gathering: Gathering<A> = { answers: new Map(), listeners: [], waiting: 0 }
      const asking = ask(path, gathering).pipe(
        Effect.onError((cause) =>
          Effect.forEach(gathering.answers.values(), (answer) => Deferred.failCause(answer, cause), { discard: true })
        )
      )
      const begun = { gathering, fiber: yield* FiberSet.run(fibers, asking) }
      gatherings.set(path, begun)
      return begun
    })

    return (path, range, listen) =>
      Effect.uninterruptibleMask(
        Effect.fnUntraced(function* (restore) {
          const { fiber, gathering } = gatherings.get(path) ?? (yield* begin(path))
          const answer = gathering.answers.get(range) ?? (yield* Deferred.make<A, UpstreamError>())
          gathering.answers.set(range, answer)
          gathering.listeners.push(listen)
          gathering.waiting++
          const leave = Effect.suspend(() => {
            if (--gathering.waiting > 0) return Effect.void
            if (gatherings.get(path)?.gathering === gathering) gatherings.delete(path)
            return Fiber.interrupt(fiber)
          })
          return yield* Effect.onInterrupt(restore(Deferred.await(answer)), () => leave)
        })
      )
  })

const settle = <A>(
  answer: Deferred.Deferred<A, UpstreamError> | undefined,
  exit: Exit.Exit<A, UpstreamError> | undefined
): Effect.Effect<unknown> => (answer === undefined || exit === undefined ? Effect.void : Deferred.done(answer, exit))

/** A single unreadable range makes the whole request fail: then each is requested alone, and only that one fails. */
const apart = <A>(fetch: Fetch<A>, path: string, ranges: ReadonlyArray<string>, listen: Listener) =>
  fetch(path, ranges, listen).pipe(
    Effect.map((answers) => answers.map((answer): Exit.Exit<A, UpstreamError> => Exit.succeed(answer))),
    Effect.catchIf(
      ({ status }) => status === 400 && ranges.length > 1,
      () =>
        Effect.forEach(
          ranges,
          (range) =>
            Effect.exit(
              Effect.flatMap(fetch(path, [range], listen), ([answer]) => Effect.orDie(Effect.fromNullishOr(answer)))
            ),
          { concurrency: "unbounded" }
        )
    )
  )

/** The request and its bytes are counted for one reader; a wait is reported to all of them. */
const together =
  (listeners: ReadonlyArray<Listener>): Listener =>
  (event) =>
    Effect.forEach(event._tag === "Waiting" ? listeners : listeners.slice(0, 1), (listen) => listen(event), {
      discard: true
    })

const lengthInQuery = (range: string): number => encodeURIComponent(range).length + 8
