/** The program as a process, over a shop's sandbox and a fresh database, and a browser that visits its console. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import type { Page } from "playwright-core"
import { sandbox } from "../../connectors/rest/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { makePlace } from "../support/program.ts"
import { Browser, describeSkipped, executable, type Visit, visit } from "./Browser.ts"

export const token = "the-admin-token"

export const shop = `type: rest
baseUrl: { env: REST_URL }
auth: { type: bearer, token: { secret: REST_TOKEN } }
retry: [10ms]
entities:
  item:
    path: /items
    records: /items
    page: { type: page, size: 50, sizeParam: limit }
    key: id
    fields: { id: bigint, name: text, amount: decimal }
  tag:
    path: /items.ndjson
    format: ndjson
    key: id
    fields: { id: bigint, tags: "text[]" }
`

const depot = `type: rest
baseUrl: { env: REST_URL }
auth: { type: bearer, token: { secret: REST_TOKEN } }
retry: [10ms]
entities:
  crate:
    path: /items.csv
    format: csv
    key: id
    fields: { id: bigint, name: text }
  lost: { path: /nothing, key: id, fields: { id: bigint } }
`

/** They fire once a year: hardly a test meets a fire that it did not bring about. */
const jobs = `morning:
  schedule: "0 7 1 1 *"
  steps: [{ sync: [shop.item] }, { sync: ["shop.*", "!shop.item"] }]
retention:
  schedule: "30 3 1 1 *"
  steps: [{ trim: { table: sync_log, maxAge: 30d } }]
`

export const size = 120

/** No decimal; the sandbox writes an amount into its JSON as it is. */
export const unreadable = '"a lot"'

export interface Settings {
  /** Lines of `http` in daemon.yaml beside the port. */
  readonly http?: string
}

const makeWorld = Effect.fnUntraced(function* ({ http = "adminToken: { secret: ADMIN_TOKEN }" }: Settings) {
  const vendor = yield* sandbox.start({ size })
  const { REST_TOKEN = "", REST_URL = "" } = vendor.environment
  const port = yield* freePort
  const url = `http://127.0.0.1:${port}`
  const place = yield* makePlace({
    files: {
      "config/daemon.yaml": `database: { url: { secret: DATABASE_URL } }\nhttp: { port: ${port}, ${http} }\n`,
      "config/connectors/shop.yaml": shop,
      "config/connectors/depot.yaml": depot,
      "config/jobs.yaml": jobs
    },
    variables: { REST_URL },
    secrets: { REST_TOKEN, ADMIN_TOKEN: token, CRM_WEBHOOK: "http://127.0.0.1:9/rest/1/code/" }
  })

  /** As somebody else asks, not the page. */
  const ask = (path: string, body?: object) =>
    Effect.promise(async (): Promise<unknown> => {
      const response = await fetch(`${url}/api/v1/${path}`, {
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) })
      })
      assert.isTrue(response.ok, `${path}: ${response.status}`)
      return await response.json()
    })
  const answers = Effect.promise(() =>
    fetch(`${url}/health`).then(
      ({ status }) => status === 200,
      () => false
    )
  )

  /** Until it is stopped, or the scope closes. */
  const begin = Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const { ended, pid } = yield* Scope.provide(place.start(["start"]), scope)
    // Read all the time: a full pipe would hold the daemon up.
    const end = yield* Effect.forkIn(ended, scope)
    const gone = Effect.flatMap(Fiber.join(end), ({ stderr }) => Effect.die(new Error(`The daemon ended: ${stderr}`)))
    yield* Effect.raceFirst(eventually(answers), gone)
    const stop = Effect.gen(function* () {
      process.kill(pid, "SIGTERM")
      yield* Fiber.join(end)
      yield* Scope.close(scope, Exit.void)
    })
    return { stop }
  })

  const sync = (...selectors: ReadonlyArray<string>) => ask("sync", { selectors })

  const change = (collection: "items" | "settings") => (edits: object) =>
    Effect.promise(() =>
      fetch(`${vendor.url}/_sandbox/data`, { method: "POST", body: JSON.stringify([{ collection, ...edits }]) })
    )
  const edit = change("items")
  /** Adds records at the end of the list, or takes them away. */
  const resize = (to: number) => change("settings")({ put: [{ size: to }] })

  /** As the scheduler notes a fire that came while no daemon was there. */
  const missed = place.sql`
    insert into tributary.job_run (job, scheduled_at, trigger, status, detail, finished_at)
    values ('morning', now() - interval '2 days', 'schedule', 'missed', 'no daemon was there', now())`

  const enter = (how: Omit<Visit, "url"> = {}) => visit({ url, ...how })
  return { ...place, vendor, url, ask, begin, sync, edit, resize, missed, enter }
})

export type World = Effect.Success<ReturnType<typeof makeWorld>>

type Test = (world: World) => Effect.Effect<void, unknown, Scope.Scope | Browser>

type Scenario = (name: string, test: Test, settings?: Settings) => void

/** A browser on a machine that others use as well is slow. */
const timeout = 180_000

/** Its scenarios run at the same time, each with a daemon of its own, in one browser. */
export const describeConsole = (name: string, define: (scenario: Scenario) => void): void => {
  if (executable === undefined) {
    describeSkipped(name, define)
    return
  }
  layer(Browser.layer, { concurrent: true, excludeTestServices: true })(name, (it) =>
    define((scenario, test, settings = {}) =>
      it.effect(
        scenario,
        () => makeWorld(settings).pipe(Effect.flatMap(test), Effect.provide(NodeServices.layer)),
        timeout
      )
    )
  )
}

/** The overview's row of an entity. */
export const rowOf = (page: Page, entity: string) => page.locator(`tr[data-entity="${entity}"]`)
