/** Every view with much in it, judged by its looks. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { describeConsole, rowOf, shop, token, unreadable, type World } from "./fixtures.ts"
import { looksWell, widths } from "./Looks.ts"

/** Something of everything: failed, late, withheld, with warnings, never synced, fresh; a missed fire, a broken file. */
const trouble = Effect.fnUntraced(function* ({ begin, edit, missed, resize, run, sql, sync, write }: World) {
  const ends = Effect.fnUntraced(function* (args: ReadonlyArray<string>, expected = 0) {
    const { code, stderr } = yield* run(...args)
    assert.strictEqual(code, expected, stderr)
  })
  yield* edit({ put: [{ id: 7, amount: unreadable }] })
  yield* ends(["run", "morning"])
  yield* sql`update tributary.sync_log set started_at = started_at - interval '3 days', finished_at = finished_at - interval '3 days'`
  yield* sql`
    insert into tributary.job_run (job, scheduled_at, started_at, finished_at, trigger, status, detail)
    select 'morning', fire, fire, fire + interval '2 minutes', 'schedule', case when n = 5 then 'failed' else 'ok' end, null
    from generate_series(3, 12) as n, lateral (select date_trunc('day', now()) + interval '7 hours' - n * interval '1 day' as fire)`
  yield* missed
  yield* begin
  yield* resize(10)
  yield* sync("shop.item", "depot.*")
  const more = `${shop}  label: { path: /items, records: /items, key: id, fields: { id: bigint } }\n`
  yield* write("config/connectors/shop.yaml", more)
  yield* ends(["reload"])
  yield* write("config/connectors/shop.yaml", more.replace("key: id, fields", "keys: id, fields"))
  yield* ends(["reload"], 78)
})

/** Each view by its address, brought into the state in which it shows the most. */
const views: ReadonlyArray<readonly [name: string, hash: string, prepare: (page: Page) => Promise<void>]> = [
  ["overview", "#/", (page) => rowOf(page, "depot.lost").waitFor()],
  [
    "entity",
    "#/entity/shop.item",
    async (page) => {
      await page.getByRole("button", { name: "Plan" }).click()
      await page.locator("[data-plan]").waitFor()
      await page.getByRole("img").nth(1).waitFor()
      await page.getByTestId("rejects").getByText("The record as it came").click()
    }
  ],
  ["run", "#/run/1", (page) => page.getByTestId("rejects").getByText("The record as it came").click()],
  [
    "failed-run",
    "#/entity/depot.lost",
    async (page) => {
      await page.locator("tr[data-run] a").first().click()
      await page.getByTestId("requests").getByText("GET /nothing").waitFor()
    }
  ],
  [
    "jobs",
    "#/jobs",
    async (page) => {
      await page.locator("[data-lane=morning] .mark[data-status=missed]").focus()
      await page.getByText("2 steps").click()
    }
  ],
  ["actions", "#/actions", (page) => page.getByText("No action is declared.").waitFor()],
  [
    "pending",
    "#/pending",
    async (page) => {
      await page.getByRole("button", { name: "Show the rows" }).click()
      await page.getByRole("group", { name: "The rows as they stand" }).waitFor()
    }
  ],
  [
    "question",
    "#/pending",
    async (page) => {
      await page.getByRole("button", { name: /^Delete/ }).click()
      await page.getByRole("dialog").waitFor()
    }
  ],
  [
    "configuration",
    "#/configuration",
    async (page) => {
      await page.getByTestId("last-failure").waitFor()
      await page.locator("tr[data-version='1'] input[name=from]").check()
      await page.locator("tr[data-version='2'] input[name=to]").check()
      await page.getByTestId("diff").locator(".diff-line").first().waitFor()
    }
  ],
  ["missing", "#/nowhere", (page) => page.getByRole("heading", { name: "Not found" }).waitFor()],
  [
    "keys",
    "#/",
    async (page) => {
      await page.keyboard.press("?")
      await page.getByRole("heading", { name: "Keys" }).waitFor()
    }
  ]
]

describeConsole("the console's looks", (scenario) => {
  scenario("are fine in every view, light and dark, on a desk and on a phone", (world) =>
    Effect.gen(function* () {
      yield* trouble(world)
      yield* Effect.forEach(
        Object.values(widths),
        Effect.fnUntraced(function* (viewport) {
          const page = yield* world.enter({ token, options: { viewport } })
          yield* Effect.promise(async () => {
            for (const [name, hash, prepare] of views) {
              await page.goto(`${world.url}/${hash}`)
              await prepare(page)
              await looksWell(page, name)
            }
            await page.keyboard.press("Escape")
            await page.getByRole("button", { name: "Sign out" }).click()
            await page.getByLabel("Admin token").waitFor()
            await looksWell(page, "sign-in")
          })
        }),
        { concurrency: "unbounded", discard: true }
      )
    })
  )
})
