/** Processes that share a database of accounts, and a vendor that rotates credentials as strictly as vendors do. */
import { randomBytes } from "node:crypto"
import { DateTime, Duration, Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Accounts, type AccountVendor } from "../../core/accounts/Accounts.ts"
import { MasterKeys } from "../../core/accounts/MasterKeys.ts"
import * as Database from "../../core/database/connection/Database.ts"
import {
  type AuthorizationAnswer,
  type Credentials,
  CredentialsRefused,
  type Grant,
  type PendingAuthorization
} from "../../core/plugin/AccountType.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { UpstreamError } from "../../core/upstream/Source.ts"
import { declaration } from "../support/database.ts"
import { settle } from "../support/settle.ts"

export const newMasterKey = (): string => randomBytes(32).toString("base64")
export const masterKey = newMasterKey()

/** What one daemon has, shared with no other; `keys` is read whenever the daemon reads its environment. */
export const layerProcess = (url: Redacted.Redacted, keys: () => string | undefined = () => masterKey) =>
  Layer.fresh(Accounts.layer).pipe(
    Layer.provideMerge(MasterKeys.layer(Effect.sync(keys))),
    Layer.provideMerge(Database.layer({ declaration: declaration(url), dataDirectory: "" }))
  )

/** Builds the layer of a process that the test ends. */
export const startProcess = Effect.fnUntraced(function* <A, E>(layer: Layer.Layer<A, E>) {
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const services = yield* Layer.buildWithScope(layer, scope)
  return {
    run: Effect.provideContext(services),
    end: Scope.close(scope, Exit.void)
  }
})

/** Lets the clock run while an effect waits for it and for the database. */
export const withTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    const tick = Effect.andThen(TestClock.adjust("50 millis"), settle)
    yield* Effect.repeat(tick, { until: () => fiber.pollUnsafe() !== undefined })
    return yield* Fiber.join(fiber)
  })

export const initiator = { trigger: "cli", actor: "anna" } as const

export const shop = { connector: "fake", owner: "anna", name: "shop", perOwner: 2 } as const

const lifetime = Duration.hours(12)
const grace = Duration.seconds(60)

/** How the vendor behaves while it is asked; nothing by default. */
export interface Faults {
  /** Before the refresh token is used up. */
  before: Effect.Effect<void, UpstreamError>
  /** When the next pair is made and not answered yet. */
  after: Effect.Effect<void, UpstreamError>
  /** Before it says whose credentials they are. */
  verify: Effect.Effect<void, UpstreamError>
}

/** A device code; `interval` is what the vendor allows at the moment. */
interface Device {
  customer?: string
  denied?: boolean
  interval: Duration.Duration
  readonly askedAt: Array<number>
}

interface Pair {
  readonly customer: string
  readonly access: string
  readonly refresh: string
  usedAt?: DateTime.Utc
}

/**
 * A refresh token works once; within the grace its answer can be had again, as another pair that replaces the last answer. Both
 * rotations end the access token of before.
 */
export const makeVendor = () => {
  let serial = 0
  const pairs = new Map<string, Pair>()
  const accepted = new Map<string, string>()
  /** What customers have called themselves since. */
  const lines = new Map<string, string>()
  const faults: Faults = { before: Effect.void, after: Effect.void, verify: Effect.void }
  const counts = { refreshes: 0 }

  const makePair = (customer: string): Pair => {
    serial += 1
    const pair = { customer, access: `access-${serial}-${customer}`, refresh: `refresh-${serial}-${customer}` }
    pairs.set(pair.refresh, pair)
    accepted.set(customer, pair.access)
    return pair
  }

  const grantOf = ({ access, refresh }: Pair) =>
    Effect.map(
      DateTime.now,
      (now): Grant => ({
        credentials: { accessToken: Redacted.make(access), refreshToken: Redacted.make(refresh) },
        expiresAt: DateTime.addDuration(now, lifetime)
      })
    )

  const secretOf = (credentials: Credentials, name: string): string => {
    const secret = credentials[name]
    return secret === undefined ? "" : Redacted.value(secret)
  }

  /** As vendors do, it repeats what it refuses. */
  const refused = (text: string) => Effect.fail(new CredentialsRefused({ reason: foreignText(text) }))

  const refresh = Effect.fnUntraced(function* (credentials: Credentials) {
    counts.refreshes += 1
    yield* faults.before
    const pair = pairs.get(secretOf(credentials, "refreshToken"))
    const now = yield* DateTime.now
    if (pair === undefined) return yield* refused(`nobody has been given ${secretOf(credentials, "refreshToken")}`)
    if (pair.usedAt !== undefined && DateTime.isGreaterThan(now, DateTime.addDuration(pair.usedAt, grace))) {
      return yield* refused("the refresh token was used")
    }
    pair.usedAt ??= now
    const next = makePair(pair.customer)
    yield* faults.after
    return yield* grantOf(next)
  })

  const verify = Effect.fnUntraced(function* (credentials: Credentials) {
    yield* faults.verify
    const access = secretOf(credentials, "accessToken")
    const found = [...accepted].find(([, one]) => one === access)
    if (found === undefined) return yield* refused(`nobody has been given ${access}`)
    const [customer] = found
    return { id: customer, line: lines.get(customer) ?? `customer ${customer}` }
  })

  const devices = new Map<string, Device>()
  const codes = { lifetime: Duration.hours(1), interval: Duration.seconds(5) }
  const invalid = { _tag: "Refused", reason: foreignText("Invalid device code") } as const

  const start = Effect.map(DateTime.now, (now): PendingAuthorization => {
    const code = `device-${devices.size + 1}`
    devices.set(code, { interval: codes.interval, askedAt: [] })
    return {
      link: `https://vendor.test/confirm?code=u${devices.size}`,
      userCode: `u${devices.size}`,
      deviceCode: Redacted.make(code),
      interval: codes.interval,
      expiresAt: DateTime.addDuration(now, codes.lifetime)
    }
  })

  const ask = Effect.fnUntraced(function* (
    deviceCode: Redacted.Redacted
  ): Effect.fn.Return<AuthorizationAnswer, UpstreamError> {
    yield* faults.before
    const device = devices.get(Redacted.value(deviceCode))
    if (device === undefined) return invalid
    const now = DateTime.toEpochMillis(yield* DateTime.now)
    const last = device.askedAt.at(-1)
    device.askedAt.push(now)
    if (device.denied === true) return { _tag: "Refused", reason: foreignText("access denied") }
    if (last !== undefined && now - last < Duration.toMillis(device.interval))
      return { _tag: "Pending", slowDown: true }
    if (device.customer === undefined) return { _tag: "Pending", slowDown: false }
    devices.delete(Redacted.value(deviceCode))
    const grant = yield* grantOf(makePair(device.customer))
    yield* faults.after
    return { _tag: "Granted", grant }
  })

  const vendor: AccountVendor = {
    operations: {
      credential: (credentials) => {
        const secret = credentials.accessToken ?? Redacted.make("")
        return { secret, apply: HttpClientRequest.bearerToken(secret) }
      },
      verify,
      refresh,
      authorization: { start, ask }
    },
    traits: { refreshBefore: Duration.hours(1), refreshGrace: grace }
  }
  return {
    vendor,
    faults,
    counts,
    refresh,
    /** What the vendor hands to a customer that authorizes the application. */
    authorize: (customer: string) => Effect.suspend(() => grantOf(makePair(customer))),
    /** The device codes that were not used yet. */
    devices,
    codes,
    lines,
    /** Whether the vendor would answer a request with this access token. */
    accepts: (access: string): boolean => [...accepted.values()].includes(access),
    /** The customer unlinks the application. */
    revoke: (customer: string): void => {
      accepted.delete(customer)
      for (const [refresh, pair] of pairs) if (pair.customer === customer) pairs.delete(refresh)
    }
  }
}

export type TestVendor = ReturnType<typeof makeVendor>

/** The access token that the vault hands to a request. */
export const accessOf = (account: Parameters<Accounts["Service"]["credential"]>[0], { vendor }: TestVendor) =>
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const { secret } = yield* accounts.credential(account, vendor)
    return Redacted.value(secret)
  })

/** Adds the account of a customer whose credentials were just granted. */
export const addShop = Effect.fnUntraced(function* (
  bank: TestVendor,
  customer = "a",
  more: { readonly owner?: string; readonly name?: string } = {}
) {
  const accounts = yield* Accounts
  return yield* accounts.add({ ...shop, ...more }, yield* bank.authorize(customer), bank.vendor, initiator)
})
