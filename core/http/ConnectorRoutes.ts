/**
 * Addresses that a connector type adds to the API. Those of an instance are below `/api/v1/connectors/{name}`, and below
 * the prefixes that its file declares as `aliases`.
 */
import { Effect, type FileSystem, Layer, type Path } from "effect"
import type { Etag, HttpPlatform, HttpRouter } from "effect/http"
import {
  HttpApi,
  HttpApiBuilder,
  type HttpApiEndpoint,
  type HttpApiGroup,
  HttpApiMiddleware,
  OpenApi
} from "effect/http-api"
import type { SqlClient } from "effect/sql"
import type { Accounts } from "../accounts/Accounts.ts"
import type { AccountVendors } from "../accounts/AccountVendors.ts"
import type { Authorizations } from "../accounts/Authorizations.ts"
import type { Caches } from "../cache/Caches.ts"
import type { BackgroundWork } from "../control/BackgroundWork.ts"
import type { SyncTasks } from "../control/SyncTasks.ts"
import type { Locks } from "../database/connection/Locks.ts"
import type { ConnectorType } from "../plugin/Connector.ts"
import type { Registry } from "../plugin/Registry.ts"
import type { VendorState } from "../upstream/exchange/VendorState.ts"
import { AdminAccess } from "./AdminAccess.ts"
import type { ClosedInput } from "./ClosedInput.ts"
import { closed } from "./ParseOptions.ts"
import type { ResponseCache } from "./ResponseCache.ts"
import type { RouteConnector } from "./RouteConnector.ts"

/** The services that the daemon provides to the handlers. */
export type RouteServices =
  | Accounts
  | AccountVendors
  | AdminAccess
  | Authorizations
  | BackgroundWork
  | Caches
  | ClosedInput
  | Locks
  | HttpApiMiddleware.ProblemDetails
  | Registry
  | ResponseCache
  | SqlClient.SqlClient
  | SyncTasks
  | VendorState

/** What layers of handlers need, when they are built or for each request. */
type Needs = RouteServices | RouteConnector | HttpRouter.Request.From<"Requires", RouteServices>

type Platform = Etag.Generator | FileSystem.FileSystem | HttpPlatform.HttpPlatform | Path.Path

export type Prefix = `/${string}`

interface Endpoint {
  readonly method: string
  /** Below the prefix, with parameters as in `/orders/:owner`. */
  readonly path: string
}

export const endpointsOf = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
) => {
  const endpoints: Array<Pick<HttpApiEndpoint.Top, "method" | "path" | "middlewares">> = []
  HttpApi.reflect(api, { onGroup: () => {}, onEndpoint: ({ endpoint }) => void endpoints.push(endpoint) })
  return endpoints
}

/** The API of a type, with paths below the address of an instance, and what serves it. */
export class ConnectorRoutes {
  readonly endpoints: ReadonlyArray<Endpoint>
  readonly describe: (prefix: Prefix) => OpenApi.OpenAPISpec
  /** Registers the addresses without a prefix. */
  readonly layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Platform | Needs>

  private constructor(shape: Pick<ConnectorRoutes, "endpoints" | "describe" | "layer">) {
    this.endpoints = shape.endpoints
    this.describe = shape.describe
    this.layer = shape.layer
  }

  /** An API of these groups with the rules of the daemon's own. */
  static api<
    const Id extends string,
    const Groups extends readonly [HttpApiGroup.Constraint, ...Array<HttpApiGroup.Constraint>]
  >(id: Id, ...groups: Groups) {
    return HttpApi.make(id)
      .add(...groups)
      .middleware(HttpApiMiddleware.ProblemDetails)
      .annotate(HttpApi.PayloadParseOptions, closed)
      .annotate(HttpApi.QueryParseOptions, closed)
  }

  /** Every endpoint of `api` has the middleware `AdminAccess`. */
  static make<Id extends string, Groups extends HttpApiGroup.Constraint>(
    api: HttpApi.HttpApi<Id, Groups>,
    handlers: Layer.Layer<HttpApiGroup.ToService<Id, Groups>, never, Needs>
  ): ConnectorRoutes {
    const endpoints = endpointsOf(api)
    const open = endpoints.find(({ middlewares }) => !middlewares.has(AdminAccess))
    if (open !== undefined) throw new Error(`${open.method} ${open.path} of a connector is open to anybody`)
    return new ConnectorRoutes({
      endpoints,
      describe: (prefix) => OpenApi.fromApi(api.prefix(prefix)),
      layer: HttpApiBuilder.layer(api).pipe(Layer.provide(handlers))
    })
  }
}

/** The addresses of a type; undefined if it has none. */
export const routesOf = (type: Pick<ConnectorType, "type" | "routes"> | undefined) =>
  type?.routes === undefined
    ? Effect.succeed(undefined)
    : Effect.map(Effect.promise(type.routes), ({ routes }) => {
        if (routes instanceof ConnectorRoutes) return routes
        throw new Error(`the routes of ${type.type} must be made by ConnectorRoutes.make`)
      })

/** The address of an instance. */
export const ownPrefix = (connector: string): Prefix => `/api/v1/connectors/${connector}`
