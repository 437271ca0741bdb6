/** What a person does with entities: finds those with problems, looks closer, syncs and plans. */
import { assert } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { Page } from "playwright-core"
import { describeConsole, rowOf, size, token, unreadable } from "./fixtures.ts"

/** Answered late enough for a person to see how far the read is. */
const slow = { path: "/items", query: { page: "2" }, mode: "slow", ms: 4000, times: 1 } as const

const shown = (page: Page) =>
  page.locator("tr[data-entity]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-entity")))

const focused = (page: Page) => page.evaluate<string>("document.activeElement.textContent.trim()")

/** An alert as the API has it, with the entity or the system that it is about. */
const alertOf = (kind: string, subject: string, entities: ReadonlyArray<string> = []) => ({
  ...{ key: `${kind} ${subject}`, kind, subject, entities },
  ...{ message: `${subject} is not well`, since: "2026-11-20T07:00:00Z" }
})

describeConsole("entities in the console", (scenario) => {
  scenario(
    "are where an alert leads: one of them, or all of the system",
    ({ begin, enter }) =>
      Effect.gen(function* () {
        yield* begin
        const page = yield* enter()
        const alerts = [
          alertOf("entity_stale", "shop.item", ["shop.item"]),
          alertOf("fields_changed", "depot", ["depot.crate", "depot.lost"]),
          alertOf("circuit_open", "shop@north reports")
        ]
        yield* Effect.promise(async () => {
          await page.route("**/api/v1/alerts", (route) => route.fulfill({ json: { alerts } }))
          const links = page.locator(".alerts li a")
          await links.nth(2).waitFor()
          assert.deepEqual(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href"))), [
            "#/entity/shop.item",
            "#/?connector=depot",
            "#/?connector=shop"
          ])
        })
      }),
    { http: "adminToken: { secret: ADMIN_TOKEN }, anonymous: read" }
  )

  scenario("stand with problems first, and are found and opened by keyboard alone", (world) =>
    Effect.gen(function* () {
      const { begin, edit, enter, sync } = world
      yield* edit({ put: [{ id: 7, amount: unreadable }] })
      yield* begin
      yield* sync("*")
      const page = yield* enter({ token })
      const { keyboard } = page
      const rows = page.locator("tr[data-entity]")
      yield* Effect.promise(async () => {
        await rows.nth(3).waitFor()
        assert.deepEqual(await shown(page), ["depot.lost", "shop.item", "depot.crate", "shop.tag"])
        const states = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-state")))
        assert.deepEqual(states, ["failed", "warning", "fresh", "fresh"])

        await keyboard.press("/")
        await keyboard.type("shop")
        await page.getByText("2 entities of 4").waitFor()
        assert.deepEqual(await shown(page), ["shop.item", "shop.tag"])
        await keyboard.press("ArrowDown")
        await keyboard.press("ArrowDown")
        assert.strictEqual(await focused(page), "shop.tag")
        await keyboard.press("Enter")
        await page.getByRole("heading", { level: 1, name: "shop.tag" }).and(page.locator(":focus")).waitFor()

        await page.goBack()
        await page.getByText("2 entities of 4").waitFor()
        await keyboard.press("/")
        await keyboard.press("Escape")
        await rows.nth(3).waitFor()
        await keyboard.press("Tab")
        assert.isTrue(await page.getByLabel("Connector").evaluate((box) => box.matches(":focus")))
        await keyboard.type("depot")
        await page.getByText("2 entities of 4").waitFor()
        assert.deepEqual(await shown(page), ["depot.lost", "depot.crate"])

        await page.getByRole("button", { name: "1 failed" }).focus()
        await keyboard.press("Space")
        await page.locator("button.tally[data-state=failed][aria-pressed=true]").waitFor()
        assert.deepEqual(await shown(page), ["depot.lost"])
        await page.reload()
        await page.getByText("1 entity of 4").waitFor()
        assert.deepEqual(await shown(page), ["depot.lost"])
      })
    })
  )

  scenario("show a sync that somebody else began, while it runs and when it has ended", (world) =>
    Effect.gen(function* () {
      const { begin, enter, sync, vendor } = world
      yield* vendor.fault(slow)
      yield* begin
      const page = yield* enter({ token })
      const row = rowOf(page, "shop.item")
      yield* Effect.promise(() => row.and(page.locator("[data-state=never]")).waitFor())
      yield* Effect.promise(() => page.locator("[data-connection=live]").waitFor())
      const elsewhere = yield* Effect.forkChild(sync("shop.item"))
      yield* Effect.promise(() => row.and(page.locator("[data-running=true]")).getByText("50 rows").waitFor())
      yield* Fiber.join(elsewhere)
      yield* Effect.promise(async () => {
        await row.and(page.locator("[data-running=false][data-state=fresh]")).waitFor()
        await row.getByText(`+${size}`).waitFor()
      })
    })
  )

  scenario("are synced with live progress, and planned row by row before anything is written", (world) =>
    Effect.gen(function* () {
      const { begin, edit, enter, resize, sql, url, vendor } = world
      yield* vendor.fault(slow)
      yield* begin
      const page = yield* enter({ token })
      const work = page.locator("[data-work='sync shop.item']")
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/entity/shop.item`)
        await page.getByText("It has never run").waitFor()
        await page.getByRole("button", { name: "Sync now" }).click()
        await work.locator("li[data-phase=reading]").getByText("50 rows").waitFor()
        assert.isTrue(await page.getByRole("button", { name: "Sync now" }).isDisabled())
        await work.and(page.locator("[data-ended=true]")).waitFor()
        await work.locator("li[data-phase=ended]").getByText(`+${size}`).waitFor()
        await page.getByTestId("announcement").getByText(`ok, ${size} inserted`).waitFor()
        await page.locator("tr[data-run]").waitFor()
        assert.strictEqual(await page.getByRole("img").count(), 2)
      })
      const rows = sql`select count(*)::int as n, min(name) filter (where id = 1) as first from shop_item`
      const [before] = yield* rows
      assert.include(before, { n: size })
      const runs = sql`select entity, status, trigger, inserted::int from tributary.sync_log`
      const logged = [{ entity: "item", status: "ok", trigger: "console", inserted: size }]
      assert.deepEqual(yield* runs, logged)

      yield* resize(size + 1)
      yield* edit({ put: [{ id: 1, name: "Rooibos" }], remove: [{ id: 2 }, { id: 3 }] })
      const plan = page.locator("[data-plan='shop.item']")
      yield* Effect.promise(async () => {
        await page.getByRole("button", { name: "Plan" }).click()
        await plan.getByText("A sync would change").waitFor()
        const parts = await plan.locator("summary").allInnerTexts()
        assert.deepEqual(parts, ["To insert: 1", "To update: 1", "To delete: 2"])
        const update = plan.getByRole("group", { name: "To update" }).locator("tbody td")
        assert.deepEqual(await update.allInnerTexts(), ["id 1", "name", String(before?.first), "Rooibos"])
        const keys = plan.getByRole("group", { name: "To delete" }).locator("tbody td:first-child")
        assert.deepEqual(await keys.allInnerTexts(), ["2", "3"])
      })
      assert.deepEqual((yield* rows)[0], before)
      assert.deepEqual(yield* runs, logged)
    })
  )

  scenario("tell what was rejected, why, and what the source really sent", (world) =>
    Effect.gen(function* () {
      const { begin, edit, enter, sql, sync, url } = world
      yield* edit({ put: [{ id: 5, amount: unreadable }] })
      yield* begin
      yield* sync("shop.item")
      const [reject] = yield* sql`select key, field, value, record from tributary.sync_reject`
      assert.include(reject, { field: "amount", value: unreadable })
      const page = yield* enter({ token })
      yield* Effect.promise(async () => {
        await page.goto(`${url}/#/entity/shop.item`)
        await page.locator("tr[data-run] a").click()
        await page.locator("main[data-view=run]").waitFor()
        const rejects = page.getByTestId("rejects")
        await rejects.getByText("id 5").waitFor()
        await rejects.locator("code", { hasText: "a lot" }).first().waitFor()
        await rejects.getByText("The record as it came").click()
        const record = await rejects.locator("pre").innerText()
        assert.deepInclude(JSON.parse(record), { id: 5, amount: "a lot" })
        assert.deepEqual(JSON.parse(record), JSON.parse(String(reject?.record)))
      })
    })
  )
})
