/** A connector type with accounts as one that has a single account, which its vendor's sandbox has authorized. */
import { assert } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import { readsPerAccount } from "../../core/config/schema/ConnectorYaml.ts"
import type { AccountOperations, Credentials } from "../../core/plugin/AccountType.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { connect } from "./sample.ts"

/** Goes through the authorization as a person does who presses the first button of the page: `decision=allow`. */
export const authorize = Effect.fn("authorize")(function* ({ authorization }: AccountOperations) {
  if (authorization === undefined) return assert.fail("the type authorizes no accounts")
  const { deviceCode, link } = yield* authorization.start
  const body = new URLSearchParams({ decision: "allow" })
  const page = yield* Effect.promise(() => fetch(link, { method: "POST", body }))
  assert.strictEqual(page.status, 200)
  const answer = yield* authorization.ask(deviceCode)
  return answer._tag === "Granted" ? answer.grant.credentials : assert.fail(JSON.stringify(answer))
})

export interface Single {
  readonly type: ConnectorType
  /** Those of the account. */
  readonly secrets: ReadonlyArray<string>
}

const reading = (type: ConnectorType, credentials: Credentials): ConnectorType => {
  const { accounts: _, ...single } = type
  return {
    ...single,
    layer: (declaration) =>
      Layer.effect(
        Connector,
        Effect.map(Effect.map(Layer.build(type.layer(declaration)), Context.get(Connector)), (connector) => {
          const credential = connector.accounts?.credential(credentials)
          if (credential === undefined) return connector
          return {
            ...connector,
            read: (entity, options) => connector.read(entity, { ...options, credential: Effect.succeed(credential) })
          }
        })
      )
  }
}

/** The same type if the connector has no accounts. */
export const withOneAccount = Effect.fn("withOneAccount")(function* (
  type: ConnectorType,
  declaration: ConnectorDeclaration
) {
  if (!readsPerAccount(type)) return { type, secrets: [] } satisfies Single
  const { accounts } = yield* connect(type, declaration)
  const credentials = accounts === undefined ? assert.fail("the connector has no accounts") : yield* authorize(accounts)
  const secrets = Object.values(credentials).map(Redacted.value)
  return { type: reading(type, credentials), secrets } satisfies Single
}, Effect.scoped)
