/** `start`: the daemon. */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { DurationFromText } from "../../config/schema/Scalars.ts"
import { startStopWatchdog } from "../daemon/StopWatchdog.ts"

const every = Flag.String("every").pipe(
  Flag.withDescription(
    "Sync everything that is declared, at once and then this long after the last sync ended: 15m, 1h"
  ),
  Flag.withSchema(DurationFromText),
  Flag.optional
)

export const start = Command.make(
  "start",
  { every },
  Effect.fn("cli.start")(function* (input) {
    yield* Effect.sync(startStopWatchdog)
    // The server, the console and everything else that serves belong to this command alone: the others start without
    // them.
    const { serve } = yield* Effect.promise(() => import("../daemon/Daemon.ts"))
    return yield* serve(input.every)
  })
).pipe(Command.withDescription("Run the daemon until it is stopped"))
