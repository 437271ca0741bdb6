/**
 * `reload: watch`: takes what is saved into the configuration directory. What the files say is compared with what is live,
 * so that no way of saving escapes it: a rename over the file, a checkout, a folder or a link that is swapped, an edit from
 * before it began to look. Events of the file system only make it look sooner than its slow poll.
 */
import { Effect, FileSystem, Path, Queue, Ref, Stream } from "effect"
import * as DirectorySnapshot from "../config/files/DirectorySnapshot.ts"
import { Reload } from "../plugin/Reload.ts"

const poll = "3 seconds"
/** Between two looks, however busy the folder is. */
const pause = "200 millis"
/** An editor writes a file in several steps, and people save several files in a row. */
const settled = "500 millis"
/** After so many looks that all differ somebody writes all the time: what is there counts. */
const maxLooks = 10
/** Whoever watches a folder that was swapped for another hears nothing any more. */
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
    /** What was taken or tried last. */
    const tried = yield* Ref.make(yield* runs)

    const takeChanges = Effect.gen(function* () {
      if ((yield* look) === (yield* Ref.get(tried))) return
      const found = yield* untilSettled(look)
      yield* Ref.set(tried, found)
      // It may be an edit of the daemon's own, which is loaded already; what failed before is put right by any other.
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

/** What two looks in a row see. */
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

/** As well as the file system can: the poll sees what it does not tell. */
const wakeOnEvents = Effect.fnUntraced(function* (directory: string, woken: Queue.Queue<void>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* Effect.forEach(
    [directory, path.join(directory, "connectors")],
    (folder) => Effect.ignoreCause(Stream.runForEach(fs.watch(folder), () => Queue.offer(woken, undefined))),
    { concurrency: 2, discard: true }
  ).pipe(Effect.timeoutOption(renewed), Effect.andThen(Effect.sleep(poll)), Effect.forever)
})
