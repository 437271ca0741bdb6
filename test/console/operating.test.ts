/** What a person decides in the console: jobs, withheld deletes, the configuration. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { describeConsole, shop, size, token } from "./fixtures.ts"
import { looksWell, widths } from "./Looks.ts"

const announced = (page: Page, text: string) => page.getByTestId("announcement").getByText(text).waitFor()

describeConsole("the console's controls", (scenario) => {
  scenario("run, pause and resume a job, and show the fire that was missed", (world) =>
    Effect.gen(function* () {
      const { begin, enter, missed, sql, url } = world
      yield* begin
      yield* missed
      const page = yield* enter({ token })
      const lane = page.locator("[data-lane=morning]")
      const work = page.locator("[data-work='job morning'][data-ended=true]")
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/jobs`)
        await page.getByText("1 fire missed").waitFor()
        await lane.locator(".mark[data-status=missed]").focus()
        await page.locator(".lane-details").getByText("no daemon was there").waitFor()
        await page.getByRole("button", { name: "Run morning now" }).click()
        await work.getByText("entities: 2 ok").waitFor()
        assert.strictEqual(await work.locator("li[data-phase=ended]").count(), 2)
        await lane.locator(".mark[data-status=ok]").waitFor()
      })
      assert.deepEqual(
        yield* sql`select status, trigger, detail from tributary.job_run where job = 'morning' order by id desc limit 1`,
        [{ status: "ok", trigger: "console", detail: "entities: 2 ok" }]
      )
      assert.deepEqual(yield* sql`select count(*)::int as n from shop_item`, [{ n: size }])

      const paused = sql`select paused_at is not null as paused from tributary.job_state where job = 'morning'`
      yield* Effect.promise(async () => {
        await page.getByRole("button", { name: "Pause morning" }).click()
        await announced(page, "morning is paused")
        await page.locator("li[data-job=morning]").getByText("when it is resumed").waitFor()
      })
      assert.deepEqual(yield* paused, [{ paused: true }])
      yield* Effect.promise(async () => {
        await page.getByRole("button", { name: "Resume morning" }).click()
        await announced(page, "morning fires again")
        await page.getByRole("button", { name: "Pause morning" }).waitFor()
      })
      assert.deepEqual(yield* paused, [{ paused: false }])
    })
  )

  scenario("show the exact rows of withheld deletes, take one decision on each, and say whose it was", (world) =>
    Effect.gen(function* () {
      const { begin, enter, resize, sql, sync } = world
      yield* begin
      yield* sync("shop.*")
      yield* resize(10)
      yield* sync("shop.*")
      const counts = sql`
        select (select count(*)::int from shop_item) as item, (select count(*)::int from shop_tag) as tag`
      assert.deepEqual(yield* counts, [{ item: size, tag: size }])
      const page = yield* enter({ token })
      const item = page.locator("li[data-pending]", { hasText: "shop.item" })
      const tag = page.locator("li[data-pending]", { hasText: "shop.tag" })
      const dialog = page.getByRole("dialog")
      yield* Effect.promise(async () => {
        await page.getByRole("link", { name: /Pending deletes.*2 to decide/ }).click()
        await item.getByRole("button", { name: "Show the rows" }).click()
        await item.locator("tbody tr").nth(109).waitFor()
        const keys = await item.locator("tbody th").allInnerTexts()
        const gone = Array.from({ length: 110 }, (_, at) => at + 11)
        assert.deepEqual(
          keys.map(Number).sort((a, b) => a - b),
          gone
        )

        await item.getByRole("button", { name: "Delete 110 rows" }).click()
        await dialog.getByRole("button", { name: "Cancel" }).and(page.locator(":focus")).waitFor()
        await page.keyboard.press("Escape")
        await dialog.waitFor({ state: "detached" })
      })
      assert.deepEqual(yield* counts, [{ item: size, tag: size }])
      yield* Effect.promise(async () => {
        await item.getByRole("button", { name: "Delete 110 rows" }).click()
        await dialog.getByRole("button", { name: "Delete 110 rows" }).click()
        await announced(page, "Deleted 110 rows of")
        await item.waitFor({ state: "detached" })
        await tag.getByRole("button", { name: "Keep them" }).click()
        await dialog.getByRole("button", { name: "Keep 110 rows" }).click()
        await announced(page, "Kept 110 rows of")
        await page.getByText("No deletes wait for a decision.").waitFor()
        const decided = page.locator("main table tbody tr")
        await decided.filter({ hasText: "shop.item" }).getByText("rows deleted").waitFor()
        await decided.filter({ hasText: "shop.tag" }).getByText("rows kept").waitFor()
      })
      assert.deepEqual(yield* counts, [{ item: 10, tag: size }])
      const decisions = yield* sql`select entity, status, decided_by from tributary.pending_delete order by entity`
      assert.deepEqual(decisions, [
        { entity: "item", status: "applied", decided_by: "console" },
        { entity: "tag", status: "dropped", decided_by: "console" }
      ])
      yield* Effect.promise(async () => {
        const by = page.locator("main [data-label=By]")
        assert.deepEqual(await by.allInnerTexts(), ["console", "console"])
      })
    })
  )

  scenario("show after a restart with other files what they changed", (world) =>
    Effect.gen(function* () {
      const { begin, enter, run, url, write } = world
      const first = yield* begin
      yield* first.stop
      const label = `${shop}  label: { path: /items, records: /items, key: id, fields: { id: bigint } }\n`
      yield* write("config/connectors/shop.yaml", label)
      yield* begin
      const page = yield* enter({ token })
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/configuration`)
        const panel = page.getByTestId("started-with")
        await panel.getByText("+shop.label").waitFor()
        await page.locator("tr[data-version]").first().getByText("+shop.label").waitFor()
        await panel.getByRole("button", { name: "Show the difference" }).click()
        const lines = page.getByTestId("diff").locator(".diff-line[data-kind=added]")
        await lines.first().waitFor()
        assert.deepEqual(await lines.allInnerTexts(), [`+${label.slice(shop.length).trimEnd()}`])
      })
      const status = yield* run("status")
      assert.match(
        status.stdout,
        /The daemon was started .* with other files than ran before\.\nconnectors\n {2}~ shop\nentities\n {2}\+ shop\.label\n/
      )
    })
  )

  scenario("count what caches keep, on a phone, too, and clear one", (world) =>
    Effect.gen(function* () {
      const { ask, begin, enter, run, url, write } = world
      yield* write(
        "config/connectors/crm.yaml",
        "type: bitrix24\nwebhook: { secret: CRM_WEBHOOK }\nentities: { deal: { object: deal, key: id, fields: { id: bigint } } }\n"
      )
      yield* begin
      const page = yield* enter({ token })
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/configuration`)
        const crm = page.locator("[data-cache=crm]")
        await crm.getByRole("button", { name: "Clear" }).click()
        await page.getByRole("dialog").getByRole("button", { name: "Clear" }).click()
        await announced(page, "The cache of crm is cleared.")
        assert.deepEqual(await crm.locator("tbody tr td:first-child").allInnerTexts(), [
          "poll_form",
          "educational_program",
          "contact",
          "deal"
        ])
        for (const size of Object.values(widths)) {
          await page.setViewportSize(size)
          await looksWell(page, "caches")
        }
      })
      const shown = yield* run("cache")
      assert.match(shown.stdout, /^cache +values +hits +misses +from it +outdated +errors\ncrm\.poll_form +0 +0 +0/)
      const cleared = yield* run("cache", "clear", "crm", "contact", "--json")
      assert.deepEqual(JSON.parse(cleared.stdout), Reflect.get(Object(yield* ask("caches")), "caches")[0])
      const unknown = yield* run("cache", "clear", "crm", "tea")
      assert.deepInclude(unknown, { code: 1 })
      assert.include(unknown.stderr, "The cache of crm has no category tea; it has poll_form")
    })
  )

  scenario("make an edit live, show what it changed, and keep a broken one out", (world) =>
    Effect.gen(function* () {
      const { ask, begin, enter, url, write } = world
      const label = `${shop}  label: { path: /items, records: /items, key: id, fields: { id: bigint } }\n`
      const entities = Effect.map(ask("entities"), (answer) => JSON.stringify(answer))
      yield* begin
      const page = yield* enter({ token, expected: /422 \(/ })
      const reload = page.getByRole("button", { name: "Reload" })
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/configuration`)
        await reload.click()
        await announced(page, "Nothing has changed.")
      })
      yield* write("config/connectors/shop.yaml", label)
      yield* Effect.promise(async () => {
        await reload.click()
        await announced(page, "is live.")
        const versions = page.locator("tr[data-version]")
        await versions.first().getByText("+shop.label").waitFor()
        await versions.last().locator("input[name=from]").check()
        await versions.first().locator("input[name=to]").check()
        const lines = page.getByTestId("diff").locator(".diff-line:is([data-kind=added], [data-kind=removed])")
        await lines.first().waitFor()
        assert.deepEqual(await lines.allInnerTexts(), [`+${label.slice(shop.length).trimEnd()}`])
        await page.locator("details[data-file='connectors/shop.yaml'] summary").click()
        await page.getByRole("group", { name: "connectors/shop.yaml" }).getByText("label: {").waitFor()
      })
      assert.include(yield* entities, '"shop.label"')

      yield* write("config/connectors/shop.yaml", label.replace("key: id, fields", "keys: id, fields"))
      yield* Effect.promise(async () => {
        await reload.click()
        await announced(page, "What was live stays live.")
        const failure = page.getByTestId("last-failure")
        const line = label.trimEnd().split("\n").length
        const column = label.trimEnd().split("\n").at(-1)?.replace("key:", "keys:").indexOf("keys:") ?? 0
        await failure.getByText(`config/connectors/shop.yaml:${line}:${column + 1}`).waitFor()
        const [excerpt = "", below = ""] = (await failure.locator("pre").innerText()).split("\n")
        assert.strictEqual(below.indexOf("^^^^"), excerpt.indexOf("keys"))
        await page.getByRole("link", { name: "Overview" }).click()
        await page.getByRole("region", { name: "Alerts" }).locator("li[data-kind=reload_failed]").waitFor()
      })
      assert.include(yield* entities, '"shop.label"')

      yield* write("config/connectors/shop.yaml", label)
      yield* Effect.promise(async () => {
        await page.getByRole("link", { name: "Configuration", exact: true }).click()
        await reload.click()
        await page.getByTestId("last-failure").waitFor({ state: "detached" })
      })
    })
  )
})
