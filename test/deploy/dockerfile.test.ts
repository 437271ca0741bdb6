/** What the container files promise, as far as it can be read in them; `deploy.ts` runs the Dockerfile's steps. */
import { existsSync, readFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Schema } from "effect"
import { parse as parseYaml } from "yaml"
import { load } from "../../core/config/Configuration.ts"
import { DurationFromText } from "../../core/config/schema/Scalars.ts"
import { parse } from "./Dockerfile.ts"
import { ignored } from "./Ignore.ts"

const file = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")

const Service = Schema.Struct({
  profiles: Schema.optionalKey(Schema.Array(Schema.String)),
  command: Schema.optionalKey(Schema.Array(Schema.String)),
  build: Schema.optionalKey(Schema.Literal(".")),
  image: Schema.optionalKey(Schema.String),
  init: Schema.optionalKey(Schema.Boolean),
  depends_on: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ condition: Schema.Literal("service_healthy") }))
  ),
  env_file: Schema.optionalKey(Schema.String),
  environment: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  ports: Schema.optionalKey(Schema.Array(Schema.String)),
  volumes: Schema.optionalKey(Schema.Array(Schema.String)),
  tmpfs: Schema.optionalKey(Schema.String),
  read_only: Schema.optionalKey(Schema.Boolean),
  cap_drop: Schema.optionalKey(Schema.Array(Schema.String)),
  cap_add: Schema.optionalKey(Schema.Array(Schema.String)),
  security_opt: Schema.Array(Schema.String),
  healthcheck: Schema.optionalKey(
    Schema.Struct({
      test: Schema.Array(Schema.String),
      interval: DurationFromText,
      timeout: DurationFromText,
      retries: Schema.Int,
      start_period: Schema.optionalKey(DurationFromText)
    })
  ),
  shm_size: Schema.optionalKey(Schema.String),
  stop_grace_period: Schema.optionalKey(DurationFromText),
  restart: Schema.Literal("unless-stopped"),
  logging: Schema.Struct({ driver: Schema.String, options: Schema.Record(Schema.String, Schema.String) })
})

/** Everything the file may say: what is not listed here is a mistake, or belongs here. */
const decodeCompose = Schema.decodeUnknownSync(
  Schema.Struct({
    name: Schema.String,
    services: Schema.Record(Schema.String, Service),
    volumes: Schema.Record(Schema.String, Schema.Null)
  }),
  { onExcessProperty: "error" }
)

describe("the Dockerfile", () => {
  const { running, stages } = parse(file("Dockerfile"))

  it("runs the daemon as an unprivileged user, with no shell between it and the signal that stops it", () => {
    const user = stages.at(-1)?.steps.findLast((step) => step._tag === "User")
    assert.isAbove(user?.uid ?? 0, 0)
    assert.deepEqual([...running.entrypoint, ...running.command], ["node", "core/main.ts", "start"])
    assert.include(running.healthcheck.join(" "), "/health")
  })

  it("names no file of the project that is not there", () => {
    const commands = stages.flatMap(({ steps }) => steps.flatMap((step) => (step._tag === "Run" ? [step.command] : [])))
    const named = [...commands, ...running.entrypoint].flatMap(
      (text) => text.match(/(?:core|bot|connectors)\/[\w./-]+/g) ?? []
    )
    assert.include(named, "core/main.ts")
    assert.isAbove(named.length, 3)
    assert.deepEqual(
      named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url))),
      []
    )
  })

  it("has the Node that the project is developed with", () => {
    const Package = Schema.fromJsonString(
      Schema.Struct({ devDependencies: Schema.Record(Schema.String, Schema.String) })
    )
    const { node } = Schema.decodeUnknownSync(Package)(file("package.json")).devDependencies
    for (const { image } of stages) assert.match(image, new RegExp(`^node:${node?.split(".")[0]}-`))
  })

  it.live("makes the shipped configuration listen where its environment says", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${directory}/connectors`)
      yield* fs.writeFileString(`${directory}/daemon.yaml`, file("config/daemon.yaml"))
      const steps = stages.at(-1)?.steps ?? []
      const environment = Object.assign({}, ...steps.map((step) => (step._tag === "Env" ? step.values : {})))
      const { daemon } = yield* load({ directory, types: [], environment })
      assert.deepEqual([daemon.http.host, `${daemon.http.port}`], ["0.0.0.0", ...running.ports])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.each([
    "ADD . .",
    "FROM --platform=linux/amd64 node:24-slim",
    "COPY --link . .",
    "COPY core/*.ts .",
    "RUN --mount=type=cache npm ci",
    "RUN rm -rf /app/data",
    'ENV NAME="two words"',
    "USER node",
    "CMD node core/main.ts",
    "STOPSIGNAL SIGQUIT",
    'HEALTHCHECK --every=1s CMD ["node"]'
  ])("is refused where its steps could not be taken faithfully: %s", (line) => {
    assert.throws(() => parse(`FROM node:24-slim\n${line}`), /cannot do/)
  })

  it("is read over continued lines and comments among them", () => {
    const { stages: read } = parse(
      "# why\nFROM node:24-slim AS a\nRUN one \\\n# because\n  && two\nCOPY --from=a x y/\n"
    )
    assert.deepEqual(read, [
      {
        image: "node:24-slim",
        name: "a",
        steps: [
          { _tag: "Run", command: "one && two" },
          { _tag: "Copy", from: "a", sources: ["x"], target: "y/" }
        ]
      }
    ])
  })
})

describe("the build context", () => {
  const leavesOut = ignored(file(".dockerignore"))

  it.each([
    ".env",
    "config/.env",
    ".git/config",
    "node_modules/effect/package.json",
    "data/postgres/PG_VERSION",
    "test/x.ts"
  ])("has no %s", (path) => assert.isTrue(leavesOut(path)))

  it.each([
    "core/config/broken.test.ts",
    "connectors/iiko/sandbox/TestClient.ts",
    "README.md",
    "connectors/rest/README.md"
  ])("has no %s, which only development needs", (path) => assert.isTrue(leavesOut(path)))

  it.each([
    "core/main.ts",
    "package-lock.json",
    "config/connectors/iiko.yaml",
    "bot/index.ts",
    "migrations/0001_create_x.ts"
  ])("has %s", (path) => assert.isFalse(leavesOut(path)))
})

describe("compose.yaml", () => {
  const { services, volumes } = decodeCompose(parseYaml(file("compose.yaml")))
  const { daemon, database, redis } = services

  it("refers to what it declares", () => {
    for (const [name, service] of Object.entries(services)) {
      for (const other of Object.keys(service.depends_on ?? {})) assert.isDefined(services[other]?.healthcheck, name)
      const mounted = (service.volumes ?? [])
        .map((volume) => volume.split(":")[0] ?? "")
        .filter((from) => !from.startsWith("."))
      for (const volume of mounted) assert.property(volumes, volume)
    }
    const url = new URL(daemon?.environment?.DATABASE_URL?.replace(/\$\{[^}]*\}/, "secret") ?? "")
    assert.deepEqual(
      [url.hostname, url.username, url.pathname.slice(1)],
      ["database", database?.environment?.POSTGRES_USER, database?.environment?.POSTGRES_DB]
    )
  })

  it("fits the image: its port, its volume, its configuration", () => {
    const { running } = parse(file("Dockerfile"))
    const port = daemon?.environment?.PORT ?? ""
    assert.deepEqual(running.ports, [port])
    assert.isTrue(daemon?.ports?.every((mapping) => mapping.startsWith("127.0.0.1:") && mapping.endsWith(`:${port}`)))
    const targets = daemon?.volumes?.map((volume) => volume.split(":")[1]) ?? []
    assert.sameMembers(targets, ["/app/config", ...running.volumes])
  })

  it("starts a Redis only for who asks for it, with a limit of memory", () => {
    assert.deepEqual(redis?.profiles, ["redis"])
    assert.includeMembers([...(redis?.command ?? [])], ["--maxmemory", "--maxmemory-policy"])
    const others = [daemon, database].flatMap((service) => service?.profiles ?? [])
    assert.deepEqual(others, [])
  })

  it("gives a stopping daemon more time than it takes", () => {
    const grace = daemon?.stop_grace_period ?? Duration.zero
    assert.isTrue(Duration.isGreaterThan(grace, Duration.seconds(10)))
  })
})
