/** Explores a list with a connector whose file may not be written yet. */
import { Effect, type FileSystem, Layer, type Path } from "effect"
import { Document, isMap, parseDocument } from "yaml"
import { bindAccount } from "../../config/AccountEntity.ts"
import { renderDiagnostics } from "../../config/Diagnostic.ts"
import type { Format } from "../../config/Entity.ts"
import { charsetNamed } from "../../config/values/CharsetName.ts"
import { connectorFor } from "../../plugin/AccountTargets.ts"
import { Registry } from "../../plugin/Registry.ts"
import type { DiscoveryRequest } from "../../sync/discover/DiscoveryRequest.ts"
import { type ExploreResult, explore } from "../../sync/discover/Explore.ts"
import { arrayText, Undiscovered } from "../../sync/discover/Locate.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import type { Terminal } from "../render/terminal/Terminal.ts"
import { choose } from "./Ask.ts"
import { layerEngine } from "./Engine.ts"
import { layerLogs } from "./Logs.ts"
import { readingAccount } from "./ReadingAccount.ts"
import { loadIn, stop, stopInvalid } from "./Root.ts"

/** A connector's file as it is or would be. */
export interface ConnectorFile {
  readonly directory: string
  /** The name of the connector. */
  readonly name: string
  readonly text: string
}

export interface ExploreRequest {
  readonly request: DiscoveryRequest
  readonly format: Format | undefined
  readonly records: string | undefined
  readonly charset: string | undefined
  /** Of a connector with accounts; else its only one. */
  readonly account?: string | undefined
  readonly isSilent: boolean
}

const pathOf = ({ name }: ConnectorFile): string => `connectors/${name}.yaml`

const overlaid = (file: ConnectorFile, text: string) => loadIn(file.directory, new Map([[pathOf(file), text]]))

/** The file with one more entity, or with another value of a key of the connector. */
export const withEntity = (text: string, entity: string, keys: unknown): string => {
  const document = parseDocument(text)
  document.setIn(["entities", entity], document.createNode(keys))
  return document.toString({ lineWidth: 0 })
}

export const withKey = (text: string, key: string, value: unknown): string => {
  const document = parseDocument(text)
  document.set(key, document.createNode(value, { flow: true }))
  return document.toString({ lineWidth: 0 })
}

/** The file of a connector of the general type. */
export const newFile = (baseUrl: string, auth: object | undefined): string => {
  const document = new Document({ type: "rest", baseUrl, ...(auth === undefined ? {} : { auth }), entities: {} })
  const node = document.get("auth")
  if (isMap(node)) node.flow = true
  return document.toString({ lineWidth: 0 })
}

const probeName = "discovered"

/** Finds out about a list of the connector. */
export const exploreConnector = Effect.fnUntraced(function* (file: ConnectorFile, wanted: ExploreRequest) {
  const loaded = yield* overlaid(file, file.text).pipe(Effect.catchTag("ConfigurationInvalid", stopInvalid))
  const charset = wanted.charset === undefined ? undefined : charsetNamed(wanted.charset)
  if (wanted.charset !== undefined && charset === undefined) {
    return yield* stop(2, `No charset is called ${wanted.charset}. It is one such as utf-8, windows-1251 or utf-16le.`)
  }
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path | Terminal>()
  const declared = loaded.connectors.find(({ name }) => name === file.name)
  const hasAccounts = declared?.accounts !== undefined
  const exploring = Effect.gen(function* () {
    const registry = yield* Registry.now
    const declaration = yield* registry
      .declaration(file.name)
      .pipe(Effect.catchTag("UnknownConnector", ({ message }) => stop(2, message)))
    const type = loaded.types.find((each) => each.type === declaration.type)
    const account = hasAccounts ? yield* readingAccount(file.name, wanted.account) : undefined
    const connector = yield* connectorFor(registry, file.name, account)
    const taken = new Set(declaration.entities.map(({ name }) => name))
    const declare = Effect.fnUntraced(function* (keys: Readonly<Record<string, unknown>>) {
      const probe = taken.has(probeName) ? `${probeName}_1` : probeName
      const { connectors } = yield* overlaid(file, withEntity(file.text, probe, keys)).pipe(
        Effect.mapError((error) =>
          error._tag === "ConfigurationInvalid"
            ? new Undiscovered({ message: renderDiagnostics(error.diagnostics) })
            : new Undiscovered({ message: error.message })
        )
      )
      const entity = connectors.find(({ name }) => name === file.name)?.entities.find(({ name }) => name === probe)
      if (entity === undefined) return yield* Effect.die(new Error("an entity that was declared is there"))
      return account === undefined ? entity : bindAccount(entity, account)
    }, Effect.provideContext(services))
    const isHttp = type?.entityKeys === undefined
    const found: ExploreResult = yield* explore({
      connector,
      declare,
      request: wanted.request,
      located: type?.entityKeys?.located ?? "path",
      isHttp,
      usual: { format: type?.entityDefaults.format ?? "json", records: type?.entityDefaults.records ?? "" },
      given: { format: wanted.format, records: wanted.records, charset },
      choose: (question) => Effect.provideContext(choose(question, wanted.isSilent), services)
    })
    return { ...found, entities: declaration.entities }
  }).pipe(Effect.scoped)
  const registry = Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp))
  const explored = yield* hasAccounts || declared?.ownAccount
    ? Effect.provide(exploring, layerEngine(loaded))
    : Effect.provide(exploring, Layer.merge(registry, layerLogs(loaded.daemon.log)))
  if (explored.proposal.fields.length > 0) return explored
  const message = `The records of ${wanted.request.path} have no fields.`
  return yield* stop(1, message)
})

/** Whether the source wants to know who asks, or refuses who asks. */
export const isUnauthorized = ({ status }: Undiscovered): boolean => status === 401 || status === 403

/** The variable for a secret of the connector. */
export const variableOf = (connector: string, what: "TOKEN" | "PASSWORD"): string =>
  `${connector.toUpperCase().replaceAll(/[^A-Z\d]+/g, "_")}_${what}`

/** The ways to authenticate at an API: the flag for a try, and `auth:` for what the flag cannot say. */
export const authAdvice = (connector: string): string => {
  const token = variableOf(connector, "TOKEN")
  return [
    `It wants to know who asks: add --auth bearer:${token} (or basic:USER:${token}, header:X-Api-Key:${token}, query:api_key:${token}), and put ${token}=… into .env.`,
    `Where a login answers with a token, connectors/${connector}.yaml has to say so:`,
    `auth: { type: login, path: /login, body: { user: reader, password: { secret: ${variableOf(connector, "PASSWORD")} } }, token: /token }`,
    "The other kinds there are oauth2 and hmac (signed requests); docs/cookbook.md has an example of each."
  ].join("\n")
}

export const stopUndiscovered = (error: Undiscovered, connector: string) => {
  const { arrays = [], message } = error
  const advice = isUnauthorized(error) ? { advice: authAdvice(connector) } : {}
  const lists = arrays.map((one) => ({ ...one, text: arrayText(one) }))
  return stop(1, [message, ...Object.values(advice)].join("\n"), { error: message, ...advice, arrays: lists })
}
