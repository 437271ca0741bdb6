import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { loadFiles, place, problemsOfFiles } from "./cases/harness.ts"

const till = "type: till\nentities:\n  sale: { path: /s, key: id, fields: { id: bigint } }\n"

const filesOf = (jobs: string, connector = till) => ({
  "config/daemon.yaml": "timezone: Europe/Kaliningrad\n",
  "config/connectors/shop.yaml": connector,
  "config/jobs.yaml": jobs
})

const jobsOf = (yaml: string) => Effect.map(loadFiles(filesOf(yaml)), ({ jobs }) => jobs)

const messagesOf = (yaml: string, connector?: string) =>
  problemsOfFiles(filesOf(yaml, connector)).pipe(
    Effect.map((found) => found.map((diagnostic) => `${place(diagnostic)}: ${diagnostic.message}`))
  )

describe("jobs.yaml", () => {
  it.effect("reads a period only of entities with windows", () =>
    Effect.gen(function* () {
      const sale =
        "sale: { path: /s, key: id, query: { from: '{from}' }, windows: { from: today-1y, step: 7d }, fields: { id: bigint } }"
      const shop = `type: rest\nbaseUrl: x\nentities:\n  ${sale}\n  shop: { path: /t, key: id, fields: { id: bigint } }\n`
      const found = yield* messagesOf(
        [
          "sweep:",
          '  schedule: "0 7 * * *"',
          "  steps:",
          "    - { sync: [shop.sale], period: 3d }",
          "    - { sync: ['shop.*', '!shop.shop'], period: 1mo }",
          "    - { sync: ['shop.*'], period: 3d }",
          "    - { period: 3d }",
          ""
        ].join("\n"),
        shop
      )
      assert.lengthOf(found, 2, found.join("\n"))
      assert.include(found[0], "config/jobs.yaml:6:35: shop.shop has no windows, so no period of it can be read")
      assert.include(found[1], "config/jobs.yaml:7:17: a period belongs to a sync")
    })
  )

  it.effect("trims entities whose rows do not come again", () =>
    Effect.gen(function* () {
      const event =
        "event: { path: /e, key: id, mode: append, incremental: { cursor: id, param: from }, fields: { id: bigint } }"
      const shop = `type: rest\nbaseUrl: x\nentities:\n  ${event}\n  sale: { path: /s, key: id, fields: { id: bigint } }\n`
      const job = (...steps: ReadonlyArray<string>) =>
        ["tidy:", '  schedule: "0 7 * * *"', "  steps:", ...steps.map((step) => `    - trim: ${step}`), ""].join("\n")
      const [good] = (yield* loadFiles(filesOf(job("{ table: shop.event, maxAge: 60d }"), shop))).jobs
      assert.deepEqual(good?.steps, [{ _tag: "TrimEntity", entity: "shop.event", maxAge: Duration.days(60) }])
      const found = yield* messagesOf(
        job(
          "{ table: shop.sale, maxAge: 60d }",
          "{ table: shop.event, maxRows: 9 }",
          "{ table: shop.evnt, maxAge: 60d }"
        ),
        shop
      )
      assert.deepEqual(found, [
        "config/jobs.yaml:4:22: rows of shop.sale would come again: only an entity with mode: append and incremental: is trimmed",
        "config/jobs.yaml:5:43: rows of shop.event are trimmed by maxAge alone",
        'config/jobs.yaml:6:22: "shop.evnt" selects nothing — did you mean "shop.event"?'
      ])
    })
  )

  it.effect("declares jobs with the defaults of what is left out", () =>
    Effect.gen(function* () {
      const [first, second, ...rest] = yield* jobsOf(
        [
          "morning:",
          '  schedule: "0 7 * * *"',
          '  steps: [{ sync: ["shop.*"] }]',
          "night:",
          '  schedule: "*/15 22-23 * * MON"',
          "  timezone: Europe/Warsaw",
          "  misfire: { grace: 5m, policy: skip }",
          "  overlap: queue",
          "  jitter: 30s",
          "  onError: stop",
          "  enabled: false",
          '  steps: [{ parallel: [{ sync: ["*", "!shop.sale"] }, { trim: { table: job_run, maxAge: 30d, maxRows: 10 } }] }]'
        ].join("\n")
      )
      assert.deepEqual(rest, [])
      assert.deepInclude(first, {
        name: "morning",
        misfire: { grace: Duration.hours(1), policy: "once" },
        overlap: "skip",
        jitter: Duration.zero,
        onError: "continue",
        enabled: true,
        steps: [{ _tag: "Sync", selectors: ["shop.*"] }]
      })
      assert.deepInclude(first?.schedule, { pattern: "0 7 * * *", timezone: "Europe/Kaliningrad" })
      assert.deepInclude(second, {
        name: "night",
        misfire: { grace: Duration.minutes(5), policy: "skip" },
        overlap: "queue",
        jitter: Duration.seconds(30),
        onError: "stop",
        enabled: false,
        steps: [
          {
            _tag: "Parallel",
            steps: [
              { _tag: "Sync", selectors: ["*", "!shop.sale"] },
              { _tag: "Trim", trim: { table: "job_run", maxAge: Duration.days(30), maxRows: 10 } }
            ]
          }
        ]
      })
      assert.strictEqual(second?.schedule.timezone, "Europe/Warsaw")
    })
  )

  it.effect("may be missing or empty", () =>
    Effect.gen(function* () {
      const { jobs } = yield* loadFiles({ "config/connectors/shop.yaml": till })
      assert.deepEqual(jobs, [])
      assert.deepEqual(yield* jobsOf("# none yet\n"), [])
    })
  )

  it.effect("names no accounts as long as no connector has any", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* messagesOf('a:\n  schedule: "0 7 * * *"\n  steps: [{ sync: ["shop.sale@north"] }]\n'), [
        'config/jobs.yaml:3:20: shop.sale has no accounts, so there is no "north": write it without'
      ])
    })
  )

  it.effect("is told everything that is wrong with it, by its place", () =>
    Effect.gen(function* () {
      const found = yield* messagesOf(
        [
          "no name: 1",
          "a:",
          '  schedule: "0 25 * * *"',
          "  timezone: Europe/Nowhere",
          "  overlap: wait",
          "  stepz: []",
          "b:",
          '  schedule: "0 7 30 2 *"',
          "  steps: []",
          "c:",
          '  steps: [{ sync: ["shop.sale"] }]',
          "d:",
          '  schedule: "@hourly"',
          "  steps:",
          '    - sync: ["shop.sael", "!till.*"]',
          "    - export: shop.list",
          "    - parallel: [{ action: shop.pay }, {}]",
          '    - { sync: ["*"], trim: { table: sync_log } }',
          "    - trim: { table: sync_log }",
          "    - snyc: []"
        ].join("\n")
      )
      assert.deepEqual(found, [
        'config/jobs.yaml:1:1: "no name" is no name for a job',
        "config/jobs.yaml:1:1: expected a map of keys",
        'config/jobs.yaml:3:13: expected a cron pattern such as "0 7 * * *": Invalid value for hour: 25, found "0 25 * * *"',
        'config/jobs.yaml:4:13: expected a time zone such as Europe/Kaliningrad or UTC, found "Europe/Nowhere"',
        'config/jobs.yaml:5:12: expected one of skip, queue, found "wait"',
        'config/jobs.yaml:6:3: unknown key "stepz" — did you mean "steps"?',
        'config/jobs.yaml:8:13: this pattern never comes, found "0 7 30 2 *"',
        "config/jobs.yaml:9:10: a list of nothing: write at least one value",
        'config/jobs.yaml:10:1: "schedule" is missing',
        'config/jobs.yaml:15:14: "shop.sael" selects nothing — did you mean "shop.sale"?',
        'config/jobs.yaml:15:27: "!till.*" selects nothing',
        'config/jobs.yaml:16:15: there is no export "shop.list"',
        'config/jobs.yaml:17:28: there is no action "shop.pay"',
        "config/jobs.yaml:17:40: a step is one thing: sync, export, action, parallel or trim, found nothing",
        "config/jobs.yaml:18:7: a step is one thing: sync, export, action, parallel or trim, found sync, trim",
        "config/jobs.yaml:19:13: trims nothing: maxAge, maxRows or both must say what goes",
        'config/jobs.yaml:20:7: unknown key "snyc" — did you mean "sync"?'
      ])
    })
  )

  it.effect("is not blamed for what a broken connector would have declared", () =>
    Effect.gen(function* () {
      const yaml = 'a: { schedule: "0 7 * * *", steps: [{ sync: ["shop.sale", "*.sale"] }] }\n'
      assert.deepEqual(yield* messagesOf(yaml, "type: till\nentities: {"), [
        "config/connectors/shop.yaml:2:12: not valid YAML: the indentation does not fit the lines around it, or a bracket above is not closed"
      ])
    })
  )
})
