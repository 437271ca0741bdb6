/** What makes a running daemon reload by itself: a SIGHUP, and changed files where the configuration says so. */
import { Effect, FileSystem, Queue, Schedule, Stream } from "effect"
import type { DaemonDeclaration } from "../config/Connector.ts"
import { Reload } from "../plugin/Reload.ts"

/** An editor writes a file in several steps, and people save several files in a row. */
const settled = "500 millis"

/** The directory may be replaced as a whole, as a mounted one is. */
const lookAgain = Schedule.spaced("5 seconds")

export const onSignal = Effect.gen(function* () {
  const { reload } = yield* Reload
  const signals = yield* Queue.sliding<void>(1)
  const listener = () => void Queue.offerUnsafe(signals, undefined)
  yield* Effect.acquireRelease(
    Effect.sync(() => process.on("SIGHUP", listener)),
    () => Effect.sync(() => process.off("SIGHUP", listener))
  )
  yield* Effect.forkScoped(
    Effect.forever(Effect.andThen(Queue.take(signals), reload({ trigger: "signal", actor: null })))
  )
})

export const onChange = Effect.fnUntraced(function* (directory: string, when: DaemonDeclaration["reload"]) {
  if (when !== "watch") return
  const fs = yield* FileSystem.FileSystem
  const { reload } = yield* Reload
  yield* fs.watch(directory, { recursive: true }).pipe(
    Stream.debounce(settled),
    Stream.runForEach(() => reload({ trigger: "watch", actor: null })),
    Effect.tapError((error) => Effect.logWarning(`${directory} cannot be watched for changes`, error.message)),
    Effect.retry(lookAgain),
    Effect.forkScoped
  )
})
