/** The console's files, and the libraries it uses from packages; no other file can be requested. */
import { fileURLToPath } from "node:url"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerRespondable, HttpServerResponse, HttpStaticServer } from "effect/http"

const folder = (url: string) => fileURLToPath(new URL(".", url))

const console = folder(new URL("console/", import.meta.url).href)

/** Node resolves to the variant for servers, in a folder of its own. */
const litHtml = folder(new URL("../", import.meta.resolve("lit-html")).href)
const uplot = folder(import.meta.resolve("uplot"))

/** Revalidated each time, so that a new version of the daemon is never mixed with an old page. */
const cacheControl = "no-cache"

const isAsset = /^[^?]+\.(?:css|js)(?:\?|$)/

const notFound = HttpServerResponse.empty({ status: 404 })

const serve = Effect.fnUntraced(function* (path: "/" | `/${string}/*`, root: string, wanted: RegExp) {
  const router = yield* HttpRouter.HttpRouter
  const files = yield* HttpStaticServer.make({ root, cacheControl })
  const answer = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
    wanted.test(url) ? Effect.catch(files, HttpServerRespondable.toResponse) : Effect.succeed(notFound)
  )
  const prefix = path.replace(/\/\*$/, "")
  yield* prefix === "/" ? router.add("GET", "/", answer) : router.prefixed(prefix).add("GET", "/*", answer)
})

export const layer = Layer.effectDiscard(
  Effect.all(
    [
      serve("/", console, /^\/(?:\?|$)/),
      serve("/console/*", console, isAsset),
      serve("/assets/lit-html/*", litHtml, isAsset),
      serve("/assets/uplot/*", uplot, isAsset)
    ],
    { discard: true }
  )
)

/** Whether the path is a page, which browsers must be allowed to run. */
export const isPage = (path: string): boolean => path === "/" || /^\/(?:assets|console)\//.test(path)

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'"
].join("; ")
