/** Secrets that whoever answers tells back, in every spelling, and what the program makes of that. */
import { createServer } from "node:http"
import { inspect } from "node:util"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, FileSystem, Layer, Logger, Redacted, type Scope } from "effect"
import { HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { inject } from "vitest"
import { ActionEvents } from "../../core/actions/ActionEvents.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { runSteps } from "../../core/jobs/RunSteps.ts"
import { lineOf, toJson } from "../../core/observe/LogLine.ts"
import { remember } from "../../core/observe/Secrets.ts"
import { job } from "../jobs/fixtures.ts"
import { declaration, layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { makePlace } from "../support/program.ts"
import { entity, layerSync } from "../support/source.ts"

/** Its middle stays as it is in every spelling but Base64. */
const token = '%+&LEAK4711</"x'
const middle = "LEAK4711"
const inBase64 = [0, 1, 2].map((before) =>
  Buffer.from(middle)
    .subarray(before, before + 6)
    .toString("base64")
)
const spelledOut = new RegExp([middle, ...inBase64].join("|"))

const html = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
const filler = (length: number) => "-".repeat(length)

/** What the vendor answers at each path; every one of them fails a run, or what is left of it. */
const answers: Readonly<Record<string, HttpServerResponse.HttpServerResponse>> = {
  "/body": HttpServerResponse.text(`the credential ${token} is refused`, { status: 401 }),
  "/json": HttpServerResponse.text(JSON.stringify({ error: token }), { status: 422, contentType: "application/json" }),
  "/html": HttpServerResponse.text(`<p>${html(token)}</p>`, { status: 502, contentType: "text/html" }),
  "/cut": HttpServerResponse.text(`${filler(183)}${html(token)}`, { status: 400 }),
  "/url": HttpServerResponse.text(`https://x/?a=${encodeURIComponent(token)}`, { status: 404 }),
  "/moved": HttpServerResponse.empty({ status: 302, headers: { location: `/?a=${encodeURIComponent(token)}` } }),
  "/basic": HttpServerResponse.text(`Basic ${Buffer.from(`admin:${token}`).toString("base64")}`, { status: 403 }),
  "/header": HttpServerResponse.text("no", { status: 500, headers: { "www-authenticate": token } }),
  "/torn": HttpServerResponse.text(`[{"id":1,"name":${JSON.stringify(token)}`, { contentType: "application/json" }),
  "/odd": HttpServerResponse.text(JSON.stringify([{ id: token }]), { contentType: "application/json" })
}

const paths = Object.keys(answers)

const yaml = (url: string) => `
type: rest
baseUrl: ${url}
auth: { type: bearer, token: { secret: LEAKY } }
retry: [1ms]
entities:
${paths.map((path) => `  ${path.slice(1)}: { path: ${path}, key: id, fields: { id: bigint, name: text } }`).join("\n")}
`

const daemon = (file: string) => `
database: { url: { secret: DATABASE_URL } }
http: { port: 0, adminToken: { secret: LEAKY } }
log: { level: debug, file: { path: ${file} } }
`

/** Answers as above; at any other path it is a collector, and keeps what it is sent. */
const makeVendor = Effect.gen(function* () {
  const collected: Array<string> = []
  const sent: Array<string | undefined> = []
  const server = Context.get(
    yield* Layer.build(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
    HttpServer.HttpServer
  )
  yield* server.serve(
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const answer = answers[request.url]
      if (answer === undefined) collected.push(yield* request.text)
      else sent.push(request.headers.authorization)
      return answer ?? HttpServerResponse.empty()
    })
  )
  const url = yield* HttpServer.addressFormattedWith(Effect.succeed).pipe(
    Effect.provideService(HttpServer.HttpServer, server)
  )
  return { collected, sent, url }
})

const makeWorld = Effect.gen(function* () {
  const vendor = yield* makeVendor
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped()}/logs/t.log`
  const written = Effect.orElseSucceed(fs.readFileString(file), () => "")
  const place = yield* makePlace({
    files: { "config/daemon.yaml": daemon(file), "config/connectors/leaky.yaml": yaml(vendor.url) },
    secrets: {}
  })
  const variables = {
    LEAKY: token,
    OTEL_EXPORTER_OTLP_ENDPOINT: vendor.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json"
  }
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    Effect.scoped(Effect.flatMap(place.start(args, { ...variables, ...more }), ({ ended }) => ended))
  return { ...place, run, variables, vendor, written }
})

const recorder = () => {
  const lines: Array<string> = []
  return { lines, loggers: Logger.layer([Logger.make((options) => lines.push(toJson(lineOf(options))))]) }
}

type World = Effect.Success<typeof makeWorld>

/** Some run a dozen processes. */
const timeLimit = 120_000

const scenario = (name: string, test: (world: World) => Effect.Effect<void, unknown, Scope.Scope>) =>
  it.live(name, () => makeWorld.pipe(Effect.flatMap(test), Effect.provide(NodeServices.layer)), timeLimit)

describe.concurrent("no secret gets out", () => {
  scenario("of what a vendor tells back, on the terminal, in the audit and in traces", ({ run, sql, vendor }) =>
    Effect.gen(function* () {
      for (const args of [
        ["sync"],
        ["sync", "--json"],
        ["plan"],
        ["doctor"],
        ["log", "--json"],
        ["log", "--run", "1"],
        ["status"],
        ["discover", "leaky", "--path", "/torn"]
      ]) {
        const { stderr, stdout } = yield* run(args)
        assert.notMatch(stdout, spelledOut, args.join(" "))
        assert.notMatch(stderr, spelledOut, args.join(" "))
      }
      assert.include(vendor.sent, `Bearer ${token}`)
      const audited = yield* sql<{ entity: string; output: string }>`
        select entity, concat(error, warnings, last_requests) as output from tributary.sync_log where status <> 'running'`
      assert.sameMembers([...new Set(audited.map(({ entity }) => `/${entity}`))], paths)
      for (const { entity, output } of audited) {
        assert.notMatch(output, spelledOut, entity)
        assert.isNotEmpty(output, entity)
      }
      assert.include(vendor.collected.join(), "Pipeline.run")
      assert.notMatch(vendor.collected.join(), spelledOut)
    })
  )

  scenario("of the daemon, by its log, its log file and its API", ({ start, variables, vendor, written }) =>
    Effect.gen(function* () {
      const daemon = yield* start(["start", "--every", "1h"], variables)
      yield* eventually(Effect.map(written, (text) => text.split("the run failed").length > paths.length - 1))
      const [, http = ""] = /"http":"([^"]+)"/.exec(yield* written) ?? []
      const asks = [
        { url: "/api/v1/runs", authorization: `Bearer ${token}` },
        { url: "/api/v1/runs/1", authorization: `Bearer ${token}` },
        { url: "/api/v1/entities", authorization: `Bearer ${token}` },
        { url: "/api/v1/entities", authorization: `Bearer ${token}x` },
        { url: `/api/v1/runs?limit=${encodeURIComponent(token)}`, authorization: `Bearer ${token}` }
      ]
      for (const { authorization, url } of asks) {
        const answer = yield* Effect.promise(() => fetch(http + url, { headers: { authorization } }))
        assert.notMatch(yield* Effect.promise(() => answer.text()), spelledOut, `${answer.status} ${url}`)
      }
      process.kill(daemon.pid, "SIGTERM")
      const { stderr, stdout } = yield* daemon.ended
      assert.strictEqual(stdout, "")
      assert.notMatch(stderr, spelledOut)
      // The same lines, each of them whole.
      const lines = (text: string) =>
        text
          .trim()
          .split("\n")
          .map((line): unknown => JSON.parse(line))
      assert.deepEqual(lines(yield* written), lines(stderr))
      assert.notMatch(yield* written, spelledOut)
      assert.notMatch(vendor.collected.join(), spelledOut)
    })
  )

  scenario("that stands in a file by mistake, by what is wrong with the file", ({ run, write }) =>
    Effect.gen(function* () {
      yield* write(
        "config/connectors/leaky.yaml",
        `type: rest\nbaseUrl: 'x ${token}'\nauth: ${JSON.stringify(token)}\n`
      )
      for (const args of [["check"], ["check", "--json"], ["sync"]]) {
        const { code, stderr, stdout } = yield* run(args)
        assert.strictEqual(code, 78)
        assert.include(stderr, "leaky.yaml:2")
        assert.notMatch(stderr + stdout, spelledOut)
      }
    })
  )
})

describe("no secret in a defect gets out", () => {
  it.live("by the job that it ends", () =>
    Effect.gen(function* () {
      remember(token)
      const engine = layerSync([entity("one")], () => ({ before: Effect.die(new Error(`no ${token}`)) }))
      const { lines, loggers } = recorder()
      const outcome = yield* runSteps(job("all"), { trigger: "job", actor: null }).pipe(
        Effect.provide(Layer.merge(engine, ActionEvents.layer).pipe(Layer.provideMerge(layerDatabase))),
        Effect.provide(loggers)
      )
      assert.include(outcome.detail, "a fault in Tributary itself: Error: no <redacted>")
      assert.include(lines.join(), "leaks.test.ts")
      assert.notMatch(outcome.detail + lines.join(), spelledOut)
    })
  )
})

describe("no password of a database gets out", () => {
  const password = encodeURIComponent(token)
  it.effect.each([
    { when: "nobody listens", address: () => `postgres://tributary:${password}@127.0.0.1:9/none` },
    { when: "it is wrong", address: (server: string) => server.replace(/:[^:@]+@/, `:${password}@`) },
    { when: "it makes the address invalid", address: () => `postgres://tributary:${token}@127.0.0.1:9/none` }
  ])("when $when", ({ address }) =>
    Effect.gen(function* () {
      const url = address(inject("postgres"))
      remember(url)
      const { lines, loggers } = recorder()
      const database = Database.layer({ declaration: declaration(Redacted.make(url)), dataDirectory: "" })
      const building = yield* Effect.forkChild(
        Effect.flip(Effect.scoped(Layer.build(Layer.provide(database, loggers))))
      )
      // Sockets take their time, the waits between the tries need not.
      yield* Effect.forkChild(Effect.forever(Effect.andThen(TestClock.adjust("1 second"), Effect.yieldNow)))
      const error = yield* Fiber.join(building)
      assert.include(error.message, "The database cannot be reached")
      assert.notMatch(inspect(error, { depth: 9 }).replaceAll(url, ""), spelledOut)
      assert.notMatch(lines.join(), spelledOut)
    })
  )
})
