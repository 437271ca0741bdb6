/** `tasks`: lists what was asked for and takes time, and stops one. */
import { DateTime, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { TaskState } from "../../accounts/TaskRows.ts"
import * as Tasks from "../../accounts/Tasks.ts"
import * as TasksView from "../render/views/TasksView.ts"
import { initiator, looking, orStop } from "../shared/AccountCommand.ts"
import { limitOf } from "../shared/Flags.ts"
import { answer } from "../shared/Root.ts"

const state = Flag.Literals("state", TaskState.literals).pipe(Flag.withDescription("Only those in it"), Flag.optional)
const id = Argument.String("id").pipe(Argument.withDescription("As `tributary tasks` shows it"))

const stopOne = Command.make(
  "stop",
  { id },
  Effect.fn("cli.tasks.stop")(function* ({ id }) {
    const { services } = yield* looking
    const task = yield* Effect.gen(function* () {
      yield* Tasks.stop(id, initiator)
      return yield* Tasks.read(id)
    }).pipe(orStop, Effect.provide(services))
    yield* answer(TasksView.document(task), "The task is stopped.")
  })
).pipe(Command.withDescription("Stop a task that runs"))

export const tasks = Command.make(
  "tasks",
  { state, limit: limitOf("tasks") },
  Effect.fn("cli.tasks")(function* ({ limit, state }) {
    const { services, timezone } = yield* looking
    const wanted = { state: Option.getOrUndefined(state) }
    const listed = yield* Effect.provide(Tasks.list(wanted, limit), services)
    const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    yield* answer({ tasks: listed.map(TasksView.document) }, (screen) => TasksView.render(listed, now, screen))
  })
).pipe(
  Command.withDescription("What was asked for and takes time: started syncs, authorizations of accounts; stopping one"),
  Command.withSubcommands([stopOne])
)
