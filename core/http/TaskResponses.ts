/** The JSON of tasks. It holds no credential; link and code only for the person who asked. */
import { Effect, Schema } from "effect"
import { decodeProgress } from "../accounts/Authorizations.ts"
import { type Task as StoredTask, TaskState } from "../accounts/TaskRows.ts"
import * as SyncTask from "../control/SyncTask.ts"
import { Reason, render } from "../reason/Reason.ts"
import type { Caller } from "./Caller.ts"

const common = {
  id: Schema.String,
  account: Schema.NullOr(Schema.String).annotate({ description: "The id of the account, when it is known and one." }),
  owner: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  state: TaskState,
  error: Schema.NullOr(Schema.String).annotate({
    description: "Why it failed; while a code waits to be confirmed, why the system could not be asked the last time."
  }),
  errorReason: Schema.NullOr(Reason).annotate({ description: "The same as data." }),
  trigger: Schema.String,
  createdBy: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtc,
  finishedAt: Schema.NullOr(Schema.DateTimeUtc),
  finishedBy: Schema.NullOr(Schema.String).annotate({ description: "Who stopped it." })
}

export const Authorization = Schema.Struct({
  kind: Schema.Literal("authorization").annotate({ description: "A person confirms a code." }),
  connector: Schema.String,
  ...common,
  link: Schema.NullOr(Schema.String).annotate({
    description: "Where the owner confirms; only for the caller who began the task, while it runs."
  }),
  userCode: Schema.NullOr(Schema.String).annotate({ description: "The code that the owner compares; likewise." }),
  expiresAt: Schema.DateTimeUtc.annotate({ description: "Until when the code is good." })
}).annotate({ identifier: "AuthorizationTask" })

export const StartedSync = Schema.Struct({
  kind: Schema.Literal("sync").annotate({ description: "A sync that nobody waits for." }),
  connector: Schema.String.annotate({ description: "`*`: several." }),
  ...common,
  request: SyncTask.SyncTaskRequest,
  progress: SyncTask.SyncTaskProgress,
  result: Schema.NullOr(SyncTask.SyncTaskResult).annotate({ description: "When its runs have ended." })
}).annotate({ identifier: "SyncTask" })

export const Task = Schema.Union([Authorization, StartedSync])

const sentenceOf = (reason: Reason | null) => reason && render(reason)

/** `caller`: whoever else confirms the code connects another account. */
export const authorizationOf = Effect.fnUntraced(function* (
  { progress, reason, request: _, result: __, ...task }: StoredTask,
  caller: Caller["Service"]
) {
  const { expiresAt, failure = null, link, userCode } = yield* decodeProgress(progress)
  const isRunning = task.state === "running"
  const isTheirs = isRunning && task.trigger === caller.trigger && task.createdBy === caller.actor
  const error = isRunning ? failure : reason
  return {
    ...task,
    kind: "authorization",
    error: sentenceOf(error),
    errorReason: error,
    link: isTheirs ? link : null,
    userCode: isTheirs ? userCode : null,
    expiresAt
  } satisfies typeof Authorization.Type
})

export const syncOf = Effect.fnUntraced(function* ({ progress, reason, request, result, ...task }: StoredTask) {
  return {
    ...task,
    kind: "sync",
    error: sentenceOf(reason),
    errorReason: reason,
    request: yield* SyncTask.decodeRequest(request),
    progress: yield* SyncTask.decodeProgress(progress),
    result: yield* SyncTask.decodeResult(result)
  } satisfies typeof StartedSync.Type
})

export const taskOf = (task: StoredTask, caller: Caller["Service"]): Effect.Effect<typeof Task.Type> =>
  task.kind === "sync" ? syncOf(task) : authorizationOf(task, caller)
