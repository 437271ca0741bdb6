/** What the tests of upstream share: a declared connector, an entity, and vendors that are functions or loopback servers. */
import { Channel, Duration, Effect, Layer } from "effect"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "effect/http"
import type { Limits } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import type { Completeness, Source, SourceRecord } from "../../core/upstream/Source.ts"

export const limits: Limits = {
  concurrency: 4,
  timeout: Duration.seconds(60),
  deadline: Duration.minutes(30),
  checkpoint: Duration.minutes(5),
  maxBytes: 1 << 26,
  maxHeld: 1 << 24
}

export const declaration = (
  changes: { readonly limits?: Partial<Limits>; readonly delays?: ReadonlyArray<number> } = {}
): Upstream.Options["declaration"] => ({
  name: "crm",
  limits: { ...limits, ...changes.limits },
  retry: { delays: (changes.delays ?? [1, 3, 7]).map((seconds) => Duration.seconds(seconds)) }
})

export const entity = (changes: Partial<Entity> = {}): Entity => ({
  connector: "crm",
  name: "deal",
  request: { method: "GET", path: "/deals", query: {}, headers: {} },
  format: "json",
  records: "/items",
  page: { type: "none" },
  table: { schema: "public", name: "crm_deal" },
  columns: [],
  key: ["id"],
  mode: "mirror",
  scope: {},
  guard: { maxDelete: 0.5, floor: 3, empty: "refuse", maxReject: 0.05, confirm: "again", cascade: "refuse" },
  indexes: [],
  examples: [],
  timezone: "Europe/Kaliningrad",
  ...changes
})

export const baseUrl = "http://crm.test/api"

export type Handler = (request: HttpClientRequest.HttpClientRequest, url: URL) => Response | Effect.Effect<Response>

/** A vendor that is a function of the request. */
export const fake = (handler: Handler): HttpClient.HttpClient =>
  HttpClient.make((request, url) => {
    const response = handler(request, url)
    return Effect.map(Effect.isEffect(response) ? response : Effect.succeed(response), (answer) =>
      HttpClientResponse.fromWeb(request, answer)
    )
  })

export const upstream = (handler: Handler, options: Partial<Upstream.Options> = {}) =>
  makeUpstream({ declaration: declaration(), baseUrl, ...options }).pipe(
    Effect.provideService(HttpClient.HttpClient, fake(handler))
  )

/** With a budget and a circuit of its own, until the scope closes. */
export const makeUpstream = (options: Upstream.Options) =>
  Effect.flatMap(Layer.build(VendorState.layer), (vendors) => Effect.provide(Upstream.make(options), vendors))

export const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init)

export { listen as serve } from "../../core/plugin/LocalServer.ts"

/** All records of a source and whether they were all. */
export const drain = (source: Source) =>
  Effect.gen(function* () {
    const records: Array<SourceRecord> = []
    const completeness: Completeness = yield* Channel.runForEach(source, (batch) =>
      Effect.sync(() => {
        records.push(...batch)
      })
    )
    return { records, completeness }
  })

/** Answers by turn; the last one stays. */
export const inTurn = (...answers: ReadonlyArray<() => Response>) => {
  const sent: Array<URL> = []
  return {
    sent,
    handler: (_: HttpClientRequest.HttpClientRequest, url: URL) => {
      sent.push(url)
      const answer = answers[Math.min(sent.length, answers.length) - 1]
      return answer === undefined ? new Response(null, { status: 404 }) : answer()
    }
  }
}
