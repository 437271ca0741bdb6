/**
 * Follows one device authorization (RFC 8628) to its end, a step at a time: each step reads the task again, so that it can be
 * stopped, and stores what it has reached, so that another process can go on.
 */
import { DateTime, Duration, Effect, Option, Record, Redacted, Schedule, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { AuthorizationAnswer, Grant, PendingAuthorization } from "../plugin/AccountType.ts"
import { Reason, reason } from "../reason/Reason.ts"
import { isTransient } from "../upstream/exchange/Failure.ts"
import { AccountRefused } from "./AccountRefused.ts"
import { AccountVendors } from "./AccountVendors.ts"
import * as AddAccount from "./AddAccount.ts"
import { VaultError } from "./MasterKeys.ts"
import { Seal } from "./Seal.ts"
import { stored } from "./StoreAnswer.ts"
import type { StoredTask } from "./TaskRows.ts"
import * as TaskRows from "./TaskRows.ts"

/** What people see of it. */
export const AuthorizationProgress = Schema.Struct({
  link: Schema.String,
  userCode: Schema.String,
  expiresAt: Schema.DateTimeUtcFromString,
  interval: Schema.DurationFromMillis,
  /** Why the vendor could not be asked the last time. */
  failure: Schema.optional(Reason)
})
export type AuthorizationProgress = typeof AuthorizationProgress.Type

export const encodeProgress = Schema.encodeSync(AuthorizationProgress)
export const decodeProgress = (progress: unknown) =>
  Effect.orDie(Schema.decodeUnknownEffect(AuthorizationProgress)(progress))

/** What only this process may know: the device code, and then the credentials that it became. */
const Secret = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ deviceCode: Schema.String }),
    Schema.Struct({
      credentials: Schema.Record(Schema.String, Schema.String),
      expiresAt: Schema.NullOr(Schema.DateTimeUtcFromString)
    })
  ])
)
type Secret = typeof Secret.Type
const encodeSecret = Schema.encodeSync(Secret)

const sealSecret = Effect.fnUntraced(function* (task: Pick<StoredTask, "connector" | "id">, secret: Secret) {
  const { seal } = yield* Seal
  return yield* seal(TaskRows.placeOf(task), Redacted.make(encodeSecret(secret)))
})

export const sealDeviceCode = (
  task: Pick<StoredTask, "connector" | "id">,
  { deviceCode }: Pick<PendingAuthorization, "deviceCode">
) => sealSecret(task, { deviceCode: Redacted.value(deviceCode) })

const openSecret = Effect.fnUntraced(function* (task: StoredTask) {
  const { open } = yield* Seal
  const altered = new VaultError({ reason: reason("account.altered") })
  if (task.sealed === null) return yield* altered
  const text = yield* open(TaskRows.placeOf(task), task.sealed)
  return yield* Effect.mapError(Schema.decodeUnknownEffect(Secret)(Redacted.value(text)), () => altered)
})

const slower = Duration.seconds(5)
/** However often the vendor could not be reached. */
const longestPause = Duration.minutes(1)

type Failure = VaultError | SqlError.SqlError

const running = (id: string) =>
  Effect.map(
    TaskRows.read(id),
    Option.filter(({ state }) => state === "running")
  )

/** Follows the task until it has ended, here or elsewhere. */
export const follow = Effect.fn("DeviceFlow.follow")(function* (id: string) {
  let failures = 0
  while (true) {
    const found = yield* running(id)
    if (Option.isNone(found)) return
    const task = found.value
    const secret = yield* openSecret(task)
    if ("credentials" in secret) return yield* complete(task, grantOf(secret))
    const progress = yield* decodeProgress(task.progress)
    const left = DateTime.distance(yield* DateTime.now, progress.expiresAt)
    if (!Duration.isPositive(left)) return yield* fail(task, reason("account.authorizationExpired"))
    const backoff = Duration.min(Duration.times(progress.interval, 2 ** failures), longestPause)
    yield* Effect.sleep(Duration.min(Duration.max(backoff, progress.interval), left))
    if (Option.isNone(yield* running(id))) return
    failures = (yield* ask(task, progress, secret.deviceCode)) ? 0 : failures + 1
  }
})

const fail = Effect.fnUntraced(function* (task: StoredTask, why: Reason) {
  yield* TaskRows.finish(task.id, { state: "failed", reason: why }, yield* DateTime.now)
})

/** Asks the vendor once; returns whether it answered. */
const ask = Effect.fnUntraced(function* (task: StoredTask, progress: AuthorizationProgress, deviceCode: string) {
  const vendors = yield* AccountVendors
  // A connector that a reload removed may come back while the code is good.
  const vendor = yield* Effect.option(vendors.find(task.connector))
  const authorization = Option.isSome(vendor) ? vendor.value.operations.authorization : undefined
  if (authorization === undefined) return false
  return yield* stored(authorization.ask(Redacted.make(deviceCode)), (answer) =>
    take(task, progress, deviceCode, answer)
  ).pipe(
    Effect.as(true),
    Effect.catchTag("UpstreamError", ({ reason: failure }) =>
      Effect.as(save(task, { ...progress, failure }, { deviceCode }), false)
    )
  )
}, Effect.scoped)

const save = Effect.fnUntraced(function* (task: StoredTask, progress: AuthorizationProgress, secret: Secret) {
  yield* TaskRows.advance(task.id, encodeProgress(progress), yield* sealSecret(task, secret))
})

const take = (
  task: StoredTask,
  { failure, ...progress }: AuthorizationProgress,
  deviceCode: string,
  answer: AuthorizationAnswer
): Effect.Effect<void, Failure, Seal | SqlClient.SqlClient> => {
  if (answer._tag === "Refused") return fail(task, answer.reason)
  if (answer._tag === "Granted") return save(task, progress, secretOf(answer.grant))
  if (!answer.slowDown && failure === undefined) return Effect.void
  const interval = answer.slowDown ? Duration.sum(progress.interval, slower) : progress.interval
  return save(task, { ...progress, interval }, { deviceCode })
}

/** Tests the credentials and adds the account in the transaction that ends the task. */
const complete = Effect.fnUntraced(function* (task: StoredTask, grant: Grant) {
  const vendors = yield* AccountVendors
  const sql = yield* SqlClient.SqlClient
  const vendor = yield* Effect.option(vendors.find(task.connector))
  if (Option.isNone(vendor)) return
  const { operations, traits } = vendor.value
  const { connector, name, owner } = task
  if (name === null || owner === null) return
  const added = { connector, owner, name, perOwner: traits.perOwner }
  const initiator = { trigger: task.trigger, actor: task.createdBy }
  const end = Effect.fnUntraced(function* (tested: AddAccount.TestedGrant) {
    const { id } = yield* AddAccount.store(added, tested, initiator)
    const isEnded = yield* TaskRows.finish(task.id, { state: "done", account: id }, yield* DateTime.now)
    if (!isEnded) return yield* new AccountRefused({ reason: reason("account.taskStopped") })
  })
  yield* AddAccount.test(grant, operations).pipe(
    Effect.retry({ schedule: tests, while: (error) => error._tag === "UpstreamError" && isTransient(error) }),
    Effect.flatMap((tested) => sql.withTransaction(end(tested))),
    Effect.catchTag(["AccountRefused", "CredentialsRefused", "UpstreamError"], (error) => fail(task, error.reason))
  )
}, Effect.scoped)

/** The vendor that has granted them will answer again soon. */
const tests = Schedule.spaced("10 seconds").pipe(Schedule.upTo({ times: 60 }))

const secretOf = ({ credentials, expiresAt }: Grant): Secret => ({
  credentials: Record.map(credentials, (secret) => Redacted.value(secret)),
  expiresAt: expiresAt ?? null
})

const grantOf = ({ credentials, expiresAt }: Exclude<Secret, { readonly deviceCode: string }>): Grant => ({
  credentials: Record.map(credentials, (secret) => Redacted.make(secret)),
  ...(expiresAt === null ? {} : { expiresAt })
})
