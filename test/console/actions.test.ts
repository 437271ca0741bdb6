/** What is done to outside systems from the console, and what became of it. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { sandbox } from "../../connectors/iiko/sandbox.ts"
import { describeConsole, token, type World } from "./fixtures.ts"
import { looksWell, widths } from "./Looks.ts"

const yaml = (url: string | undefined) => `type: iiko
baseUrl: ${url}
login: { secret: REST_TOKEN }
password: { secret: REST_TOKEN }
timezone: Europe/Kaliningrad
actions:
  negative-transfer: {}
  writeoff: {}
entities:
  store: { path: /corporation/stores, format: xml, records: corporateItemDto, key: id, fields: { id: uuid, name: text } }
`

/** A chain's server beside the shop; its user has the one secret there is. */
const kitchen = Effect.fnUntraced(function* ({ begin, vendor, write }: World) {
  const { REST_TOKEN = "" } = vendor.environment
  const { environment, requests, state } = yield* sandbox.start({
    behaviour: { login: REST_TOKEN, password: REST_TOKEN }
  })
  yield* write("config/connectors/iiko.yaml", yaml(environment.IIKO_URL))
  yield* begin
  const [stock] = state.balances
  const account = state.accounts.find(({ name }) => name === "Списание бар")
  const posts = Effect.map(requests, (all) => all.filter(({ path }) => path.endsWith("/documents/writeoff")).length)
  return {
    posts,
    account: account?.id ?? "",
    store: stock?.store ?? "",
    product: stock?.product ?? "",
    stock: () => Number(stock?.amount)
  }
})

/** As a process leaves them that was killed while it sent. */
const lost = ({ sql }: World, ...numbers: ReadonlyArray<string>) =>
  Effect.forEach(
    numbers,
    (number) => sql`
      insert into tributary.action_log (action, key, attempt, what, status, trigger, request, error, detail, created_at)
      values ('iiko.writeoff', ${`iiko.writeoff:${number}`}, gen_random_uuid(), ${`write-off ${number}`}, 'unknown', 'job',
        ${JSON.stringify({ documentNumber: number })}::jsonb, 'the process ended while it was sent',
        'read back: it was not there', now())`
  )

/** The last hundred and thirty evenings. */
const evenings = ({ sql }: World) => sql`
  insert into tributary.action_log
    (action, key, attempt, what, status, trigger, request, response, error, created_at, finished_at)
  select 'iiko.negative-transfer', 'iiko.negative-transfer:' || n, gen_random_uuid(), 'transfer ' || n,
    case when n % 65 = 0 then 'failed' else 'done' end, 'job', '{"items": []}', '{"accepted": true}',
    case when n % 65 = 0 then 'answered 409: the period is closed' end, now() - (131 - n) * interval '1 day', now()
  from generate_series(1, 130) as n`

const cardOf = (page: Page, action: string) => page.locator(`li[data-action="${action}"]`)
const logOf = (page: Page) => page.getByTestId("action-log")

describeConsole("the console's actions", (scenario) => {
  scenario("are tried without sending, done when a person agrees, and found in the log", (world) =>
    Effect.gen(function* () {
      const { account, posts, product, stock, store } = yield* kitchen(world)
      const before = stock()
      const page = yield* world.enter({ token, expected: /400 \(Bad Request\)/ })
      const card = cardOf(page, "iiko.writeoff")
      const dialog = page.getByRole("dialog")
      const attempt = card.getByRole("button", { name: "Try iiko.writeoff without sending" })
      const now = card.getByRole("button", { name: "Do iiko.writeoff it now" })
      const report = card.locator("[data-run][data-ended=true]")
      yield* Effect.promise(async () => {
        await page.getByRole("link", { name: "Actions" }).click()
        await logOf(page).getByText("Nothing was ever sent.").waitFor()
        await card.getByText("Tell it what to do").click()
        await card.getByLabel("storeId").fill("the bar")
        await card.getByLabel("accountId").fill(account)
        await card.getByLabel("number").fill("X-7")
        const items = card.locator("[data-kind=json] textarea")
        assert.deepEqual(JSON.parse(await items.inputValue()), [{ productId: "", amount: "" }])
        await items.fill("[{ nonsense")
        await attempt.click()
        await card.getByText("This is no JSON").waitFor()
        await items.fill(JSON.stringify([{ productId: product, amount: "0.5" }]))
        await attempt.click()
        await card.getByRole("alert").getByText("storeId: expected an id").waitFor()
        await card.getByLabel("storeId").fill(store)
        await page.keyboard.press("Enter")
        await report.locator("[data-status=planned]", { hasText: "write-off X-7" }).waitFor()

        await now.click()
        await dialog.getByRole("button", { name: "Cancel" }).and(page.locator(":focus")).waitFor()
        await page.keyboard.press("Escape")
        await dialog.waitFor({ state: "detached" })
      })
      assert.strictEqual(yield* posts, 0)
      assert.deepEqual(yield* world.sql`select from tributary.action_log`, [])
      for (const status of ["done", "already"]) {
        yield* Effect.promise(async () => {
          await now.click()
          await dialog.getByRole("button", { name: "Do it now" }).click()
          await report.locator(`[data-status=${status}]`, { hasText: "write-off X-7" }).waitFor()
        })
        assert.strictEqual(yield* posts, 1)
      }
      assert.closeTo(stock(), before - 0.5, 1e-9)
      const logged = world.sql`select key, status, trigger, attempts from tributary.action_log`
      assert.deepEqual(yield* logged, [{ key: "iiko.writeoff:X-7", status: "done", trigger: "console", attempts: 1 }])
      yield* Effect.promise(async () => {
        await logOf(page).getByRole("link", { name: "write-off X-7" }).click()
        await page.locator("main[data-view=action-entry]").waitFor()
        const request = await page.getByRole("group", { name: "Request" }).innerText()
        assert.deepInclude(JSON.parse(request), { documentNumber: "X-7", storeId: store, accountId: account })
        assert.deepEqual(JSON.parse(request).items, [{ productId: product, amount: "0.5" }])
        const response = await page.getByRole("group", { name: "Response" }).innerText()
        assert.deepInclude(JSON.parse(response), { documentNumber: "X-7" })
      })
    })
  )

  scenario("whose answers were lost come first, and a person decides on each once", (world) =>
    Effect.gen(function* () {
      yield* kitchen(world)
      yield* lost(world, "L-1", "L-2", "L-3")
      const page = yield* world.enter({ token, expected: /409 \(Conflict\)/ })
      const waiting = page.getByTestId("undecided").locator("li[data-entry]")
      const dialog = page.getByRole("dialog")
      const decide = async (number: string, decision: "It was applied" | "It was not applied") => {
        await waiting
          .filter({ hasText: `write-off ${number}` })
          .getByRole("button", { name: decision })
          .click()
        await dialog.getByRole("button", { name: decision }).click()
        await waiting.filter({ hasText: `write-off ${number}` }).waitFor({ state: "detached" })
      }
      yield* Effect.promise(async () => {
        await page.getByRole("link", { name: "Actions 3 to decide" }).click()
        await waiting.nth(2).getByText("read back: it was not there").waitFor()
        await waiting.first().getByRole("button", { name: "It was not applied" }).click()
        await dialog.getByText("may be sent again").waitFor()
        await page.keyboard.press("Escape")
        await decide("L-1", "It was applied")
        await page.getByRole("link", { name: "Actions 2 to decide" }).waitFor()
        await decide("L-2", "It was not applied")
        await logOf(page).locator("tr", { hasText: "write-off L-2" }).locator("[data-state=failed]").waitFor()
      })
      const [entry] = yield* world.sql`select id::int from tributary.action_log where key = 'iiko.writeoff:L-3'`
      yield* world.ask(`action-log/${entry?.id}/resolve`, { as: "done" })
      yield* Effect.promise(async () => {
        await decide("L-3", "It was not applied")
        await page.getByTestId("refusal").getByText("only an unknown one waits for a decision").waitFor()
        assert.strictEqual(await waiting.count(), 0)
        await page.getByRole("link", { name: "Actions", exact: true }).waitFor()
      })
      const decisions = yield* world.sql`select key, status, resolved_by from tributary.action_log order by id`
      assert.deepEqual(decisions, [
        { key: "iiko.writeoff:L-1", status: "done", resolved_by: "console" },
        { key: "iiko.writeoff:L-2", status: "failed", resolved_by: "console" },
        { key: "iiko.writeoff:L-3", status: "done", resolved_by: "api" }
      ])
    })
  )

  scenario("are logged newest first, page by page, and filtered by action and status", (world) =>
    Effect.gen(function* () {
      yield* kitchen(world)
      yield* evenings(world)
      yield* lost(world, "L-1")
      const page = yield* world.enter({ token })
      const rows = logOf(page).locator("tr[data-entry]")
      /** Exactly so many. */
      const count = (expected: number) => logOf(page).locator(`tbody tr:nth-child(${expected}):last-child`).waitFor()
      yield* Effect.promise(async () => {
        await page.goto(`${world.url}/#/actions`)
        await count(50)
        for (const expected of [100, 131]) {
          await logOf(page).getByRole("button", { name: "Older entries" }).click()
          await count(expected)
        }
        assert.strictEqual(await logOf(page).getByRole("button", { name: "Older entries" }).count(), 0)
        const ids = await rows.evaluateAll((all) => all.map((row) => Number(row.getAttribute("data-entry"))))
        assert.deepEqual(
          ids,
          ids.toSorted((a, b) => b - a)
        )
        await logOf(page).getByLabel("Status").selectOption("failed")
        await count(2)
        assert.include(page.url(), "status=failed")
        await page.reload()
        await count(2)
        await rows.first().getByText("the period is closed").waitFor()
        await logOf(page).getByLabel("Action").selectOption("iiko.writeoff")
        await logOf(page).getByText("Nothing matches.").waitFor()
        await logOf(page).getByLabel("Status").selectOption("")
        await count(1)
      })
    })
  )

  scenario(
    "look well to who may only read, and offer them nothing",
    (world) =>
      Effect.gen(function* () {
        yield* kitchen(world)
        yield* evenings(world)
        yield* lost(world, "L-1")
        const reader = yield* world.enter({ options: { viewport: widths.phone } })
        yield* Effect.promise(async () => {
          await reader.goto(`${world.url}/#/actions`)
          await reader.getByTestId("undecided").getByRole("link", { name: "write-off L-1" }).waitFor()
          await cardOf(reader, "iiko.writeoff").getByText("What it is told").click()
          await logOf(reader).locator("tr[data-entry]").first().waitFor()
          await looksWell(reader, "actions-viewer")
          assert.deepEqual(await reader.locator("main").getByRole("button").allInnerTexts(), ["Older entries"])
          const refused = await reader.request.post(`${world.url}/api/v1/actions/iiko.writeoff`, {
            headers: { "x-tributary": "console" },
            data: {}
          })
          assert.strictEqual(refused.status(), 401)
        })
        for (const viewport of Object.values(widths)) {
          const page = yield* world.enter({ token, options: { viewport } })
          yield* Effect.promise(async () => {
            await page.goto(`${world.url}/#/actions`)
            await cardOf(page, "iiko.writeoff").getByText("Tell it what to do").click()
            await cardOf(page, "iiko.negative-transfer").getByRole("button", { name: "without sending" }).click()
            await page.locator("[data-run][data-ended=true]").waitFor()
            await logOf(page).locator("tr[data-entry]").first().waitFor()
            await looksWell(page, "actions")
            await page.getByRole("button", { name: "It was not applied" }).click()
            await page.getByRole("dialog").waitFor()
            await looksWell(page, "action-question")
            await page.goto(`${world.url}/#/action-entry/131`)
            await page.getByRole("heading", { name: "write-off L-1" }).waitFor()
            await looksWell(page, "action-entry")
          })
        }
      }),
    { http: "adminToken: { secret: ADMIN_TOKEN }, anonymous: read" }
  )
})
