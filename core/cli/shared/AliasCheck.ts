/** Refuses aliases below which an address of a connector would be one of the daemon's, or of another connector. */
import { Effect } from "effect"
import type { ConfigurationFile } from "../../config/Configuration.ts"
import type { Declarations } from "../../config/Declarations.ts"
import { ConfigurationInvalid, type Diagnostic, diagnose } from "../../config/Diagnostic.ts"
import type { ConnectorType } from "../../plugin/Connector.ts"
import { reason } from "../../reason/Reason.ts"
import { connectorLine } from "./ConnectorLine.ts"

type Loaded = Pick<Declarations, "connectors"> & { readonly files: ReadonlyArray<ConfigurationFile> }

interface Place {
  readonly directory: string
  readonly types: ReadonlyArray<ConnectorType>
}

/** Addresses that a request could mean alike. */
const formOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replaceAll(/:\w+/g, ":")}`

export const checkAliases = Effect.fnUntraced(function* (loaded: Loaded, place: Place) {
  if (loaded.connectors.every(({ aliases = [] }) => aliases.length === 0)) return
  // Only who declares an alias pays for the API's contract.
  const { ownPrefix, routesOf } = yield* Effect.promise(() => import("../../http/ConnectorRoutes.ts"))
  const { ownEndpoints } = yield* Effect.promise(() => import("../../http/OpenApiDocument.ts"))
  const taken = new Map(ownEndpoints().map((endpoint) => [formOf(endpoint), "the daemon"]))
  const diagnostics: Array<Diagnostic> = []
  for (const { aliases = [], name, type } of loaded.connectors) {
    const routes = yield* routesOf(place.types.find((one) => one.type === type))
    for (const prefix of [ownPrefix(name), ...aliases]) {
      const forms = (routes?.endpoints ?? []).map(({ method, path }) => formOf({ method, path: `${prefix}${path}` }))
      const clash = forms.find((form) => taken.has(form))
      if (clash !== undefined) {
        const why = reason("alias.taken", { alias: prefix, address: clash, owner: taken.get(clash) ?? "" })
        diagnostics.push(diagnose(connectorLine({ ...loaded, ...place }, name, "aliases"), why))
      }
      for (const form of forms) taken.set(form, name)
    }
  }
  const [first, ...others] = diagnostics
  if (first !== undefined) return yield* new ConfigurationInvalid({ diagnostics: [first, ...others] })
})
