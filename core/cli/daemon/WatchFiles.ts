/**
 * `reload: watch`: loads what is saved in the configuration directory. It compares the content of the files with the
 * live one, so it notices every kind of change: a rename over the file, a checkout, a swapped folder or link, an edit
 * from before it started. File system events only make it check sooner than its slow poll.
 */
import { Effect, FileSystem, Path, Queue, Ref, Stream } from "effect"
import * as DirectorySnapshot from "../../config/files/DirectorySnapshot.ts"
import { Reload } from "../../plugin/Reload.ts"

const poll = "3 seconds"
/** The pause between two checks, however busy the folder is. */
const pause = "200 millis"
/** An editor writes a file in several steps, and people save several files in a row. */
const settled = "500 millis"
/** After this many checks that all differ, somebody writes continuously, and the present content counts. */
const maxLooks = 10
/** A watcher of a folder that was replaced receives no more events. */
const renewed = "1 minute"

export const start = Effect.fn("WatchFiles.start")(
  function* (directory: string) {
    const { events, live, reload } = yield* Reload
    const woken = yield* Queue.sliding<void>(1)
    const failed = yield* Ref.make(false)
    yield* events.pipe(
      Stream.runForEach(({ status }) => Ref.set(failed, status === "invalid" || status === "failed")),
      Effect.forkScoped({ startImmediately: true })
    )
    yield* Effect.forkScoped(wakeOnEvents(directory, woken))

    const look = Effect.map(DirectorySnapshot.read(directory), DirectorySnapshot.keyOf)
    const runs = Effect.map(live, ({ files }) => DirectorySnapshot.keyOf(files))
    /** The content that was last loaded or tried. */
    const tried = yield* Ref.make(yield* runs)

    const takeChanges = Effect.gen(function* () {
      if ((yield* look) === (yield* Ref.get(tried))) return
      const found = yield* untilSettled(look)
      yield* Ref.set(tried, found)
      // The content may be an edit of the daemon's own, which is already loaded; after a failure any content is tried.
      if (found === (yield* runs) && !(yield* Ref.get(failed))) return
      yield* reload({ trigger: "watch", actor: null })
    })
    yield* takeChanges.pipe(
      Effect.andThen(Effect.sleep(pause)),
      Effect.andThen(Effect.raceFirst(Effect.sleep(poll), Queue.take(woken))),
      Effect.forever,
      Effect.forkScoped
    )
  },
  Effect.annotateLogs({ service: "WatchFiles" })
)

/** Returns the content once two checks in a row agree. */
const untilSettled = Effect.fnUntraced(function* <R>(look: Effect.Effect<string, never, R>) {
  let found = yield* look
  for (let looks = 1; looks < maxLooks; looks++) {
    yield* Effect.sleep(settled)
    const again = yield* look
    if (again === found) break
    found = again
  }
  return found
})

/** As far as the file system reports events; the poll notices the rest. */
const wakeOnEvents = Effect.fnUntraced(function* (directory: string, woken: Queue.Queue<void>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* Effect.forEach(
    [directory, path.join(directory, "connectors")],
    (folder) => Effect.ignoreCause(Stream.runForEach(fs.watch(folder), () => Queue.offer(woken, undefined))),
    { concurrency: 2, discard: true }
  ).pipe(Effect.timeoutOption(renewed), Effect.andThen(Effect.sleep(poll)), Effect.forever)
})
