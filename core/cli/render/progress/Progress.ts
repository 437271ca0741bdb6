/**
 * Shows a sync while it runs: on a terminal a block that is redrawn in place, elsewhere plain lines. However the run
 * ends, the cursor is restored and no half-drawn block remains.
 */
import { Clock, Effect, type Scope } from "effect"
import type { SyncEvent } from "../../../sync/RunResult.ts"
import type { Output } from "../terminal/Terminal.ts"
import * as Text from "../terminal/Text.ts"
import * as Board from "./Board.ts"
import * as Frame from "./Frame.ts"

export interface Progress {
  readonly onEvent: (event: SyncEvent) => Effect.Effect<void>
  /** Writes another text (a log line) above the block instead of through it. */
  readonly say: (line: string) => Effect.Effect<void>
}

export interface ProgressOptions extends Pick<Output, "screen" | "write"> {
  /** The ids of all entities of the run. */
  readonly entities: ReadonlyArray<string>
  /** Nothing is changed: finished entities show what would be changed. */
  readonly isPlan?: boolean
}

const redraw = "100 millis"
/** Without a terminal: the least time between two lines about one entity. */
const quiet = 5000

export const make = Effect.fnUntraced(function* (
  options: ProgressOptions
): Effect.fn.Return<Progress, never, Scope.Scope> {
  const { live } = yield* options.screen
  return yield* live ? drawn(options) : written(options)
})

const maxWidth = (entities: ReadonlyArray<string>): number => Math.max(0, ...entities.map(Text.width))

const up = (lines: number): string => (lines === 0 ? "" : `\x1b[${lines}F`)
const clearBelow = "\x1b[J"
const hideCursor = "\x1b[?25l"
const showCursor = "\x1b[?25h"

const drawn = Effect.fnUntraced(function* (options: ProgressOptions) {
  const begun = yield* Clock.currentTimeMillis
  const padding = maxWidth(options.entities)
  let board = Board.empty
  let above: Array<string> = []
  let block: ReadonlyArray<string> = []

  const replace = Effect.fnUntraced(function* (next: ReadonlyArray<string>, ending: string) {
    const text = [...above, ...next].map((line) => `${line}\n`).join("")
    const back = up(block.length)
    above = []
    block = next
    yield* options.write(`${back}${clearBelow}${text}${ending}`)
  }, Effect.uninterruptible)

  const frame = Effect.gen(function* () {
    const screen = yield* options.screen
    const now = yield* Clock.currentTimeMillis
    // Below the block are the summary and the line of the cursor.
    const running = Frame.runningLines(board, screen, now, Math.max(1, screen.height - 2))
    return [...running, Frame.summary(board, options.entities.length, now, begun, screen)]
  })

  const draw = Effect.gen(function* () {
    const next = yield* frame
    const same = next.length === block.length && next.every((line, i) => line === block[i])
    if (above.length > 0 || !same) yield* replace(next, "")
  })

  const finish = Effect.gen(function* () {
    const unfinished = board.finished.length < options.entities.length
    yield* replace(unfinished ? yield* frame : [], showCursor)
  })

  yield* Effect.acquireRelease(options.write(hideCursor), () => finish)
  yield* draw.pipe(Effect.delay(redraw), Effect.forever, Effect.forkScoped)

  return {
    onEvent: Effect.fnUntraced(function* (event) {
      board = Board.step(board, event, yield* Clock.currentTimeMillis)
      if (event._tag === "Finished") {
        above.push(Frame.finishedLine(event.entity, event.result, padding, yield* options.screen, options.isPlan))
      }
    }),
    say: (line) => Effect.sync(() => above.push(line))
  } satisfies Progress
})

const written = Effect.fnUntraced(function* (options: ProgressOptions) {
  const screen = yield* options.screen
  const padding = maxWidth(options.entities)
  const lastLine = new Map<string, number>()
  let board = Board.empty
  const say = (line: string): Effect.Effect<void> => options.write(`${line}\n`)

  const onEvent = Effect.fnUntraced(function* (event: SyncEvent) {
    const now = yield* Clock.currentTimeMillis
    board = Board.step(board, event, now)
    if (event._tag === "Finished")
      return yield* say(Frame.finishedLine(event.entity, event.result, padding, screen, options.isPlan))
    const run = board.running.get(event.entity)
    if (run === undefined || now - (lastLine.get(event.entity) ?? Number.NEGATIVE_INFINITY) < quiet) return
    lastLine.set(event.entity, now)
    yield* say(event._tag === "Started" ? `  ${event.entity}  started` : `  ${Frame.runningLine(run, now)}`)
  })
  return { onEvent, say } satisfies Progress
})
