/** How a portal is opened: by its webhook, or by the tokens of an application. */
import { Effect, Redacted } from "effect"
import { type AccountOperations, type ConnectorSettings, ownCredential, Upstream } from "../../../core/sdk.ts"
import type { ApplicationSettings } from "../application/ApplicationYaml.ts"
import * as Tokens from "../application/Tokens.ts"
import type { Config } from "../Config.ts"
import * as OperatingMeter from "./OperatingMeter.ts"
import * as Portal from "./Portal.ts"
import { inspect } from "./Refusals.ts"

export interface Access {
  readonly portal: Portal.Portal
  readonly host: string
  /** Of an application. */
  readonly accounts?: AccountOperations
}

type Settings = ConnectorSettings<Config>

const byWebhook = Effect.fnUntraced(function* (declaration: Settings, webhook: Redacted.Redacted) {
  const address = Redacted.value(webhook).replace(/\/$/, "")
  const upstream = yield* Upstream.make({
    declaration,
    baseUrl: address,
    // The code is the password.
    secrets: [webhook, Redacted.make(address.split("/").at(-1) ?? "")],
    inspect
  })
  const access: Access = {
    portal: Portal.make(upstream, OperatingMeter.make(declaration.config.operatingTime)),
    host: new URL(address).host
  }
  return access
})

const byApplication = Effect.fnUntraced(function* (declaration: Settings, application: ApplicationSettings) {
  const meter = OperatingMeter.make(declaration.config.operatingTime)
  const shared = { declaration, secrets: [application.client.id, application.client.secret], inspect }
  const upstream = yield* Upstream.make({ ...shared, baseUrl: `${application.portal.replace(/\/$/, "")}/rest` })
  const tokens = yield* Upstream.make({ ...shared, baseUrl: application.tokens })
  const opened = (credential: Parameters<Upstream.Upstream["authorized"]>[0]) =>
    Portal.make(upstream.authorized(credential), meter)
  const accounts = Tokens.operations(tokens, application, (credentials) =>
    opened(Effect.succeed(Tokens.credential(credentials))).call({ method: "profile" })
  )
  const access: Access = {
    portal: opened(ownCredential(declaration, accounts)),
    host: new URL(application.portal).host,
    accounts
  }
  return access
})

export const open = (declaration: Settings) => {
  const { application, webhook } = declaration.config
  if (application !== undefined) return byApplication(declaration, application)
  return webhook === undefined
    ? Effect.die(new Error("neither webhook nor application"))
    : byWebhook(declaration, webhook)
}
