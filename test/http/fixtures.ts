/** A daemon's HTTP server on a free port, over a fake source, jobs that are variables, and a fresh database. */
import { DateTime, Effect, Layer, Redacted, Schema, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpServer } from "effect/http"
import { Actions } from "../../core/actions/Actions.ts"
import type { ConfigurationInvalid } from "../../core/config/Diagnostic.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { DaemonYaml } from "../../core/config/schema/DaemonYaml.ts"
import type { Rate } from "../../core/config/schema/Scalars.ts"
import type { PluginType } from "../../core/control/Plugin.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import { type JobState, Jobs, UnknownJob } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import type { LoadedConfiguration } from "../../core/plugin/LoadedConfiguration.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { reason } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, connectorOf, entity, layerSync } from "../support/source.ts"
import { layerVault } from "../support/vault.ts"

export const token = "the-admin-token"

const job: JobState = {
  name: "morning",
  schedule: "0 7 * * *",
  timezone: "UTC",
  enabled: true,
  paused: false,
  lastFire: null,
  nextFire: null
}

/** Knows the job `morning`, which syncs nothing, whether it is paused, and `broken`, which a mistake of ours ends. */
const layerJobs = Layer.sync(Jobs, () => {
  let paused = false
  const known = <A>(name: string, answer: () => A) =>
    name === job.name
      ? Effect.sync(answer)
      : Effect.fail(new UnknownJob({ name, reason: reason("job.unknown", { name }) }))
  const pause = (to: boolean) => (name: string) =>
    known(name, () => {
      paused = to
    })
  return Jobs.of({
    list: Effect.sync(() => [{ ...job, paused }]),
    run: (name) =>
      name === "broken"
        ? Effect.die("a mistake of ours, which nobody outside is told about")
        : known(name, () => ({
            job: name,
            scheduledAt: DateTime.makeUnsafe(0),
            startedAt: DateTime.makeUnsafe(0),
            finishedAt: DateTime.makeUnsafe(1000),
            status: "ok" as const,
            detail: null,
            reasons: [],
            results: []
          })),
    pause: pause(true),
    resume: pause(false)
  })
})

/** A configuration of one file, as if it had been read from a directory. */
export const loadedFrom = (text: string, entities: ReadonlyArray<Entity>): LoadedConfiguration => ({
  daemon: Schema.decodeSync(DaemonYaml)({}),
  connectors: [connectorOf(entities)],
  off: [],
  jobs: [],
  plugins: [],
  files: [{ name: "connectors/fake.yaml", text }]
})

export interface Options {
  readonly adminToken?: string | undefined
  readonly anonymous?: "none" | "read"
  readonly entities?: ReadonlyArray<Entity>
  readonly answers?: Answers
  /** In place of one over `entities` and `answers`. */
  readonly engine?: ReturnType<typeof layerSync>
  readonly database?: typeof layerDatabase
  /** Known, and hosted by who asks for it. */
  readonly plugins?: ReadonlyArray<PluginType>
  readonly rate?: Rate
  readonly hosts?: ReadonlyArray<string>
  /** What is live, in place of a file of `entities`. */
  readonly first?: LoadedConfiguration
  /** What a reload finds. */
  readonly reloaded?: Effect.Effect<LoadedConfiguration, ConfigurationInvalid>
}

/** `adminToken: undefined` configures none. */
export const layer = ({
  anonymous = "none",
  answers = () => ({}),
  database = layerDatabase,
  entities = [entity("thing")],
  engine = layerSync(entities, answers),
  ...options
}: Options) => {
  const adminToken = "adminToken" in options ? options.adminToken : token
  const { first = loadedFrom("type: fake\n", entities), hosts, rate } = options
  return Server.layer({
    host: "127.0.0.1",
    port: 0,
    anonymous,
    ...(rate === undefined ? {} : { rate }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(adminToken === undefined ? {} : { adminToken: Redacted.make(adminToken) })
  }).pipe(
    Layer.provideMerge(Layer.merge(Actions.layer, Inbox.layer)),
    Layer.provideMerge(Plugins.layer(options.plugins ?? [])),
    Layer.provideMerge(layerVault),
    Layer.provide(Reload.layer(first, options.reloaded ?? Effect.succeed(first))),
    Layer.provideMerge(Layer.mergeAll(engine, layerJobs, Alerts.layer, FetchHttpClient.layer)),
    Layer.provideMerge(database)
  )
}

export interface Asked {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE"
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const request = Effect.fnUntraced(function* (path: string, asked: Asked = {}) {
  const { method = "GET", token: sent = token, body, headers = {} } = asked
  const client = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(`${yield* HttpServer.addressFormattedWith(Effect.succeed)}${path}`).pipe(
    HttpClientRequest.setHeaders(headers),
    body === undefined
      ? (same) => same
      : HttpClientRequest.bodyText(typeof body === "string" ? body : JSON.stringify(body), "application/json")
  )
  return yield* client.execute(sent === null ? bare : HttpClientRequest.bearerToken(bare, sent))
})

/** The whole answer; a JSON body is parsed. */
export const ask = Effect.fnUntraced(function* (path: string, asked?: Asked) {
  const response = yield* request(path, asked)
  const text = yield* response.text
  const isJson = response.headers["content-type"]?.includes("json") === true
  const body: unknown = isJson ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, text, body }
})

/** The server-sent events of an answer, as they come. */
export const events = (path: string, asked: Asked) =>
  Stream.unwrap(
    Effect.map(request(path, { ...asked, headers: { ...asked.headers, accept: "text/event-stream" } }), (response) =>
      Stream.decodeText(response.stream)
    )
  ).pipe(
    Stream.splitLines,
    Stream.filter((line) => line.startsWith("data: ")),
    Stream.map((line): unknown => JSON.parse(line.slice("data: ".length)))
  )
