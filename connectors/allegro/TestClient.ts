/** The sample against its sandbox, with the account of a seller. */
import { assert } from "@effect/vitest"
import { Channel, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Credentials } from "../../core/plugin/AccountType.ts"
import type { Credential } from "../../core/upstream/exchange/Credential.ts"
import type { ReadOptions, SourceRecord } from "../../core/upstream/Source.ts"
import { connect, declareSample, entityOf } from "../../test/support/sample.ts"
import { connectorType } from "./index.ts"
import { noon } from "./sandbox/TestClient.ts"
import { type AllegroSandboxOptions, grant, sandbox } from "./sandbox.ts"

export interface Setup extends AllegroSandboxOptions {
  readonly change?: (declaration: ConnectorDeclaration) => ConnectorDeclaration
  readonly environment?: Readonly<Record<string, string>>
  /** Otherwise the tests own the time, which begins at noon. */
  readonly isLive?: boolean
}

export const start = Effect.fnUntraced(function* (setup: Setup = {}) {
  const { change = (one) => one, environment = {}, isLive = false, ...options } = setup
  if (!isLive) yield* TestClock.setTime(noon)
  const running = yield* sandbox.start({ seed: 7, sellers: 2, ordersPerDay: 10, days: 20, ...options })
  const declaration = change(yield* declareSample(connectorType, { ...running.environment, ...environment }))
  const connector = yield* connect(connectorType, declaration)
  const accounts = connector.accounts ?? assert.fail("the connector has no accounts")
  const authorization = accounts.authorization ?? assert.fail("the connector authorizes no accounts")
  const refresh = accounts.refresh ?? assert.fail("the connector refreshes no accounts")

  /** The credentials of a seller, by default of the first one. */
  const credentialsOf = (login?: string) =>
    Effect.map(
      grant(running.state, login),
      ({ accessToken, refreshToken }): Credentials => ({
        accessToken: Redacted.make(accessToken),
        refreshToken: Redacted.make(refreshToken)
      })
    )
  const own = yield* credentialsOf()

  /** Reads an entity to its end. */
  const read = Effect.fnUntraced(function* (
    name: string,
    {
      credential = accounts.credential(own),
      ...more
    }: Pick<ReadOptions, "since" | "onEvent"> & { readonly credential?: Credential } = {}
  ) {
    const records: Array<SourceRecord> = []
    const options = { credential: Effect.succeed(credential), ...more }
    const completeness = yield* Channel.runForEach(connector.read(entityOf(declaration, name), options), (batch) =>
      Effect.sync(() => void records.push(...batch))
    )
    return { records, completeness }
  })
  const count = Effect.map(running.requests, ({ length }) => length)
  return { ...running, declaration, connector, accounts, authorization, refresh, credentialsOf, own, read, count }
})

export const valuesOf = (credentials: Credentials): ReadonlyArray<string> =>
  Object.values(credentials).map(Redacted.value)
