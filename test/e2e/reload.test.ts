/** A running daemon whose configuration is edited: asked by command, by signal and by watching. */
import { assert, describe } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ConfigVersion } from "../../core/plugin/ConfigVersion.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { documentOf, scenario, shop } from "./Shop.ts"

const token = "let-me-in-please"

const daemonYaml = (port: number, reload: string) => `
database: { url: { secret: DATABASE_URL } }
http: { port: ${port}, adminToken: { secret: ADMIN_TOKEN } }
reload: ${reload}
`

const label = `${shop}  label: { path: /items, records: /items, key: id, fields: { id: bigint } }\n`

type Place = Parameters<Parameters<typeof scenario>[1]>[0]

const begin = Effect.fnUntraced(function* ({ start, write }: Place, reload: "manual" | "watch") {
  const port = yield* freePort
  yield* write("config/daemon.yaml", daemonYaml(port, reload))
  const daemon = yield* start(["start"], { ADMIN_TOKEN: token })
  const get = (path: string) =>
    Effect.promise(() =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        () => ({ status: 0, text: "" })
      )
    )
  yield* eventually(Effect.map(get("/health"), ({ status }) => status === 200))
  const knows = (entity: string) => Effect.map(get("/api/v1/entities"), ({ text }) => text.includes(`"${entity}"`))
  return { daemon, get, knows }
})

const reload = (place: Place, ...args: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(place.start(["reload", ...args], { ADMIN_TOKEN: token }), ({ ended }) => ended))

describe.concurrent("a running daemon", () => {
  scenario("takes an edit when `reload` asks for it, and refuses a broken one with every place", (place) =>
    Effect.gen(function* () {
      const { get, knows } = yield* begin(place, "manual")
      yield* place.write("config/connectors/shop.yaml", label)
      assert.isFalse(yield* knows("shop.label"))
      const taken = yield* reload(place)
      assert.strictEqual(taken.code, 0, taken.stderr)
      assert.match(
        taken.stdout,
        /The new configuration is live.*\nconnectors\n {2}~ shop\nentities\n {2}\+ shop\.label\n/
      )
      assert.isTrue(yield* knows("shop.label"))

      yield* place.write("config/connectors/shop.yaml", label.replace("key: id, fields", "keys: id, fields"))
      const refused = yield* reload(place)
      assert.strictEqual(refused.code, 78)
      assert.match(
        refused.stderr,
        /config\/connectors\/shop\.yaml:20:43: unknown key "keys" — did you mean "key"\?\n.*\n.*\^\^\^\^\n/
      )
      assert.include(refused.stderr, "goes on as it was")
      assert.isTrue(yield* knows("shop.label"))
      const version = yield* documentOf(Schema.toCodecJson(ConfigVersion), yield* reload(place, "--json"))
      assert.strictEqual(version.status, "invalid")
      assert.strictEqual((yield* get("/health")).status, 200)
    })
  )

  scenario("takes an edit on SIGHUP", (place) =>
    Effect.gen(function* () {
      const { daemon, knows } = yield* begin(place, "manual")
      yield* place.write("config/connectors/shop.yaml", label)
      process.kill(daemon.pid, "SIGHUP")
      yield* eventually(knows("shop.label"))
      const [version] = yield* place.sql`
        select trigger, status from tributary.config_version order by id desc limit 1`
      assert.deepEqual(version, { trigger: "signal", status: "ok" })
    })
  )

  scenario("takes an edit by itself where it watches its files, from the start on", (place) =>
    Effect.gen(function* () {
      const { knows } = yield* begin(place, "watch")
      // At once: the daemon answers before its files are watched.
      yield* place.write("config/connectors/shop.yaml", label)
      yield* eventually(knows("shop.label"))
    })
  )

  scenario("is told about when there is none", (place) =>
    Effect.gen(function* () {
      const port = yield* freePort
      yield* place.write("config/daemon.yaml", daemonYaml(port, "manual"))
      const { code, stderr } = yield* reload(place)
      assert.strictEqual(code, 1)
      assert.match(stderr, new RegExp(`^No daemon answers at http://127.0.0.1:${port}: .*tributary start`))
    })
  )
})
