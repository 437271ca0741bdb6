/**
 * Device authorizations as tasks: a link and a code for the owner of an account, and a daemon that asks the vendor until they
 * were confirmed, denied or are too old. A task outlives its process: another one goes on with it.
 */
import { randomUUID } from "node:crypto"
import { Context, DateTime, Effect, FiberMap, Layer, Option, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Locks } from "../database/connection/Locks.ts"
import { tryLock } from "../database/connection/NamedLock.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import type { UpstreamError } from "../upstream/Source.ts"
import { AccountRefused } from "./AccountRefused.ts"
import { AccountVendors } from "./AccountVendors.ts"
import type { NewAccount } from "./AddAccount.ts"
import * as AddAccount from "./AddAccount.ts"
import * as DeviceFlow from "./DeviceFlow.ts"
import type { MasterKeys, VaultError } from "./MasterKeys.ts"
import { Seal } from "./Seal.ts"
import type { Task } from "./TaskRows.ts"
import * as TaskRows from "./TaskRows.ts"
import * as Tasks from "./Tasks.ts"

export interface StartedAuthorization {
  readonly taskId: string
  readonly link: string
  readonly userCode: string
  readonly expiresAt: DateTime.Utc
}

/** What people may see of a task's progress. Link and code are for the person who asked: others would confirm their own account. */
export { type AuthorizationProgress, decodeProgress } from "./DeviceFlow.ts"

type Wanted = Pick<NewAccount, "connector" | "name" | "owner">

export class Authorizations extends Context.Service<
  Authorizations,
  {
    /** Begins one; an earlier one for the same account is stopped. */
    readonly start: (
      wanted: Wanted,
      initiator: Initiator
    ) => Effect.Effect<StartedAuthorization, AccountRefused | UpstreamError | VaultError | SqlError.SqlError>
    readonly read: (taskId: string) => Effect.Effect<Task, AccountRefused | SqlError.SqlError>
    /** Waits for its end, in whichever process that comes. */
    readonly await: (taskId: string) => Effect.Effect<Task, AccountRefused | SqlError.SqlError>
    /** Goes on with those that no process works on. */
    readonly resume: Effect.Effect<void, SqlError.SqlError>
  }
>()("tributary/core/accounts/Authorizations") {
  static readonly layer: Layer.Layer<Authorizations, never, SqlClient.SqlClient | Locks | MasterKeys | AccountVendors> =
    Layer.effect(
      Authorizations,
      Effect.gen(function* () {
        const services = yield* Effect.context<SqlClient.SqlClient | Locks | Seal | AccountVendors>()
        type Services = SqlClient.SqlClient | Locks | Seal | AccountVendors
        const provided = <A, E>(effect: Effect.Effect<A, E, Services>) => Effect.provideContext(effect, services)
        const flights = yield* FiberMap.make<string, void>()

        const begin = (id: string) =>
          Effect.suspend(() =>
            Option.match(FiberMap.getUnsafe(flights, id), {
              onSome: Effect.succeed,
              onNone: () => FiberMap.run(flights, id, provided(work(id)))
            })
          )
        const resume = Effect.gen(function* () {
          const { names } = yield* AccountVendors
          const connectors = yield* names
          if (connectors.length === 0) return
          const found = yield* TaskRows.running("authorization", connectors)
          yield* Effect.forEach(found, ({ id }) => begin(id), { discard: true })
        })
        return Authorizations.of({
          start: (wanted, initiator) => provided(Effect.tap(start(wanted, initiator), ({ taskId }) => begin(taskId))),
          read: (taskId) => provided(Tasks.read(taskId)),
          await: (taskId) => provided(awaitEnd(taskId)),
          resume: provided(resume)
        })
      })
    ).pipe(Layer.provide(Seal.layer))
}

/** Follows a task, if no other process does. */
const work = (id: string) =>
  Effect.gen(function* () {
    if (yield* tryLock(`task ${id}`)) yield* DeviceFlow.follow(id)
  }).pipe(
    Effect.scoped,
    Effect.tapError(({ message }) => Effect.logWarning(`the authorization ${id} waits: ${message}`)),
    Effect.retry({ schedule: Schedule.spaced("5 seconds"), while: ({ _tag }) => _tag === "SqlError" }),
    Effect.ignore
  )

const refused = (why: Reason) => Effect.fail(new AccountRefused({ reason: why }))

const start = Effect.fn("Authorizations.start")(function* (wanted: Wanted, initiator: Initiator) {
  const vendors = yield* AccountVendors
  const { operations, traits } = yield* vendors.find(wanted.connector)
  if (operations.authorization === undefined) {
    return yield* refused(reason("account.noAuthorization", { connector: wanted.connector }))
  }
  yield* AddAccount.admit({ ...wanted, perOwner: traits.perOwner })
  const { expiresAt, interval, link, userCode, ...pending } = yield* operations.authorization.start
  const id = randomUUID()
  const task = { ...wanted, id, kind: "authorization" } as const
  const progress = DeviceFlow.encodeProgress({ expiresAt, interval, link, userCode })
  const sealed = yield* DeviceFlow.sealDeviceCode(task, pending)
  const sql = yield* SqlClient.SqlClient
  const now = yield* DateTime.now
  yield* sql.withTransaction(
    Effect.andThen(
      TaskRows.supersede(task, initiator.actor, now),
      TaskRows.insert({ ...task, account: null, progress, sealed }, initiator, now)
    )
  )
  return { taskId: id, link, userCode, expiresAt }
}, Effect.scoped)

const awaitEnd = (id: string) =>
  Effect.repeat(Tasks.read(id), { until: ({ state }) => state !== "running", schedule: Schedule.spaced("1 second") })
