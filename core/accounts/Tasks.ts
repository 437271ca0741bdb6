/** What people see of tasks and do with them, whatever their kind. A task that is stopped notices it where it runs. */
import { DateTime, Effect, Option } from "effect"
import type { Initiator } from "../observe/Initiator.ts"
import { reason } from "../reason/Reason.ts"
import { AccountRefused } from "./AccountRefused.ts"
import * as TaskRows from "./TaskRows.ts"
import { isUuid } from "./Uuid.ts"

/** The newest ones, ended ones too. */
export const list = (filter: TaskRows.TaskFilter, most: number) =>
  Effect.map(TaskRows.list(filter, most), (tasks) => tasks.map(TaskRows.shown))

export const read = Effect.fn("Tasks.read")(function* (id: string) {
  const found = isUuid(id) ? yield* TaskRows.read(id) : Option.none()
  if (Option.isSome(found)) return TaskRows.shown(found.value)
  return yield* new AccountRefused({ reason: reason("account.taskUnknown", { id }) })
})

export const stop = Effect.fn("Tasks.stop")(function* (id: string, { actor }: Initiator) {
  yield* read(id)
  if (yield* TaskRows.finish(id, { state: "stopped", by: actor }, yield* DateTime.now)) return
  const { state } = yield* read(id)
  return yield* new AccountRefused({ reason: reason("account.taskEnded", { id, state }) })
})
