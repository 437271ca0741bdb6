/**
 * Serves the addresses of connectors. What serves those of one is built at the first request to it, and kept: its
 * handlers look at the current declarations. A request is passed on with the path below the address of the connector.
 */
import { Cache, type Context, Effect, type Layer, type Scope } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest } from "effect/http"
import type { ConnectorDeclaration } from "../config/Declarations.ts"
import { Registry } from "../plugin/Registry.ts"
import { type ConnectorRoutes, ownPrefix, type Prefix, type RouteServices, routesOf } from "./ConnectorRoutes.ts"
import { RouteConnector } from "./RouteConnector.ts"

type RouteNeeds =
  | Exclude<
      HttpRouter.Request.Without<Layer.Services<ConnectorRoutes["layer"]>>,
      HttpRouter.HttpRouter | RouteConnector
    >
  | Scope.Scope

type Served = Effect.Success<typeof makeServed>

const makeServed = Effect.gen(function* () {
  const registry = yield* Registry
  // Not those of the request that happens to be the first.
  const services = yield* Effect.context<RouteNeeds>()
  const types = new Map(registry.types.map((type) => [type.type, type]))
  return yield* Cache.make({
    capacity: Number.POSITIVE_INFINITY,
    lookup: Effect.fnUntraced(function* (id: string) {
      const [type = "", name = ""] = id.split(" ")
      const routes = yield* routesOf(types.get(type))
      if (routes === undefined) return undefined
      return yield* HttpRouter.toHttpEffect(routes.layer).pipe(
        Effect.provideService(RouteConnector, name),
        Effect.updateContext((_: Context.Context<never>) => services)
      )
    })
  })
})

const pathOf = ({ url }: HttpServerRequest.HttpServerRequest): string => url.split("?", 1)[0] ?? ""

const notFound = Effect.flatMap(
  HttpServerRequest.HttpServerRequest,
  (request) => new HttpServerError.HttpServerError({ reason: new HttpServerError.RouteNotFound({ request }) })
)

const isNotFound = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

const below = Effect.fnUntraced(function* (served: Served, { name, type }: ConnectorDeclaration, prefix: Prefix) {
  const handler = yield* Cache.get(served, `${type} ${name}`)
  if (handler === undefined) return yield* notFound
  const request = yield* HttpServerRequest.HttpServerRequest
  return yield* Effect.provideService(
    handler,
    HttpServerRequest.HttpServerRequest,
    request.modify({ url: request.url.slice(prefix.length) })
  )
})

/** A declared prefix that the path is below; the longest comes first. */
const candidates = (declarations: ReadonlyArray<ConnectorDeclaration>, path: string) =>
  declarations
    .flatMap((declaration) =>
      [ownPrefix(declaration.name), ...(declaration.aliases ?? [])].map((prefix) => ({ declaration, prefix }))
    )
    .filter(({ prefix }) => path.startsWith(`${prefix}/`))
    .toSorted((one, other) => other.prefix.length - one.prefix.length)

const answer = Effect.fnUntraced(function* (served: Served) {
  const { declarations } = yield* Registry.now
  const request = yield* HttpServerRequest.HttpServerRequest
  for (const { declaration, prefix } of candidates(declarations, pathOf(request))) {
    const answered = yield* below(served, declaration, prefix).pipe(
      Effect.catchIf(isNotFound, () => Effect.succeed(undefined))
    )
    if (answered !== undefined) return answered
  }
  return yield* notFound
})

/** Other addresses of the API come first: they are more specific. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const served = yield* makeServed
    const services = yield* Effect.context<RouteServices>()
    yield* router.add("*", "/api/*", Effect.provide(answer(served), services))
  })
)
