/** `GET /docs`: a page of all addresses, those of connectors too, as `/openapi.json` describes them. */
import { Effect, Layer, type Scope } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiSwagger, OpenApi } from "effect/http-api"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { Api } from "./Api.ts"
import { documentOf } from "./OpenApiDocument.ts"
import { docsPath } from "./ResponseMiddleware.ts"

/** Effect's page describes an API that is known when it is made: this one is made again for each state of the files. */
const pageOf = Effect.fnUntraced(function* (generation: Generation) {
  const document = yield* documentOf(generation)
  const described = Api.annotate(OpenApi.Transform, () => ({ ...document }))
  const page = HttpRouter.toHttpEffect(HttpApiSwagger.layer(described, { path: docsPath }))
  // With a router of its own: the daemon's has the address already.
  return yield* Effect.provideService(page, Layer.CurrentMemoMap, yield* Layer.makeMemoMap)
})

export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const registry = yield* Registry
    const scope = yield* Effect.context<Scope.Scope>()
    let last: { readonly generation: Generation; readonly page: Page } | undefined
    const answer = Effect.gen(function* () {
      const generation = yield* registry.current
      if (last?.generation !== generation) {
        last = { generation, page: yield* Effect.provideContext(pageOf(generation), scope) }
      }
      return yield* last.page
    })
    yield* router.add("GET", docsPath, answer)
  })
)

type Page = Effect.Success<ReturnType<typeof pageOf>>
