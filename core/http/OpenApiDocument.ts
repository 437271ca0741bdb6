/** `GET /openapi.json`: the daemon's own API, and the addresses of the connectors that are declared now. */
import { Effect, Record } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { OpenApi } from "effect/http-api"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { Api } from "./Api.ts"
import { endpointsOf, ownPrefix, routesOf } from "./ConnectorRoutes.ts"

/** The addresses of the daemon itself. */
export const ownEndpoints = () => endpointsOf(Api)

/** The definitions of one type are the same for all its instances. */
const merged = (one: OpenApi.OpenAPISpec, other: OpenApi.OpenAPISpec): OpenApi.OpenAPISpec => ({
  ...one,
  paths: { ...one.paths, ...other.paths },
  components: {
    schemas: { ...other.components.schemas, ...one.components.schemas },
    securitySchemes: { ...other.components.securitySchemes, ...one.components.securitySchemes }
  },
  tags: [...one.tags, ...other.tags.filter(({ name }) => one.tags.every((tag) => tag.name !== name))]
})

const methods = ["get", "post", "put", "patch", "delete"] as const

/** An operation is at several addresses, and its id at one. */
const named = (document: OpenApi.OpenAPISpec, place: string): OpenApi.OpenAPISpec => ({
  ...document,
  paths: Record.map(document.paths, (item) => {
    const renamed = { ...item }
    for (const method of methods) {
      const operation = item[method]
      if (operation !== undefined) renamed[method] = { ...operation, operationId: `${place}.${operation.operationId}` }
    }
    return renamed
  })
})

export const documentOf = Effect.fnUntraced(function* ({ declarations, typeOf }: Generation) {
  let document = OpenApi.fromApi(Api)
  for (const { aliases = [], name } of declarations) {
    const routes = yield* routesOf(typeOf(name))
    if (routes === undefined) continue
    const places = [
      [name, ownPrefix(name)] as const,
      ...aliases.map((prefix) => [`${name} ${prefix}`, prefix] as const)
    ]
    for (const [place, prefix] of places) document = merged(document, named(routes.describe(prefix), place))
  }
  return document
})

export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const registry = yield* Registry
    const answer = Effect.flatMap(registry.current, documentOf)
    yield* router.add("GET", "/openapi.json", Effect.map(answer, HttpServerResponse.jsonUnsafe))
  })
)
