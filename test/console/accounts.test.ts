/** What a person does with accounts in the console, with a vendor's sandbox whose page confirms the code. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Locator, Page } from "playwright-core"
import { makeEdit } from "../../connectors/allegro/sandbox/Edits.ts"
import { sandbox } from "../../connectors/allegro/sandbox.ts"
import { newMasterKey } from "../accounts/fixtures.ts"
import { describeConsole, token, type World } from "./fixtures.ts"
import { looksWell } from "./Looks.ts"

const market = `type: allegro
client: { id: { secret: ALLEGRO_CLIENT_ID }, secret: { secret: ALLEGRO_CLIENT_SECRET } }
userAgent: ExampleBackup/1.0 (+https://example.test/about)
baseUrl: { env: ALLEGRO_URL }
authUrl: { env: ALLEGRO_AUTH_URL }
accounts: { perOwner: 3 }
entities:
  order:
    path: /order/checkout-forms
    records: /checkoutForms
    page: { type: offset, size: 100, total: none }
    key: id
    mode: upsert
    fields:
      id: uuid
      status: text
      fulfillment_status: { from: /fulfillment/status, type: text }
      ordered_at: { from: /lineItems/0/boughtAt, type: timestamp }
      total: { from: /summary/totalToPay/amount, type: decimal }
      currency: { from: /summary/totalToPay/currency, type: text }
`

type Vendor = Effect.Success<ReturnType<typeof sandbox.start>>

/** As the owner does who allows it as that seller. */
const confirm = async (link: string, seller: string) => {
  const { status } = await fetch(link, { method: "POST", body: new URLSearchParams({ decision: "allow", seller }) })
  assert.strictEqual(status, 200)
}

const announced = (page: Page, text: string | RegExp) => page.getByTestId("announcement").getByText(text).waitFor()

const widths = [
  { width: 1280, height: 860 },
  { width: 390, height: 800 }
]

/** Begins a sync of an account that the vendor does not answer, stops it, and looks at what was read for the account. */
const readsOf = Effect.fnUntraced(function* (
  { sql }: World,
  vendor: Vendor,
  page: Page,
  card: Locator,
  shots: (name: string) => Promise<void>
) {
  const started = page.getByRole("list", { name: "Started syncs" }).locator("li[data-task]")
  const begin = async () => {
    await card.getByRole("button", { name: "Sync now anna/shop1" }).click()
    await announced(page, "The sync of anna/shop1 has begun.")
  }
  yield* vendor.fault({ path: "/order/checkout-forms", mode: "hang" })
  yield* Effect.promise(async () => {
    await begin()
    await started.getByRole("heading", { name: "Sync of market.*@anna/shop1" }).waitFor()
    await started.getByText("0 of 1 run ended").waitFor()
    await shots("accounts-syncing")
    await started.getByRole("button", { name: "Stop the sync" }).click()
    await announced(page, "The sync of market.*@anna/shop1 is stopped.")
    await started.waitFor({ state: "detached" })
    await card.locator("[data-failed=order]").getByText("could not be read").waitFor()
  })
  yield* vendor.clearFaults
  const [sold] = yield* sql<{ id: string }>`
    update market_order set ordered_at = now() + interval '1 hour' where id = (
      select o.id from market_order as o join tributary.account as a on a.id = o.account_id
      where a.owner = 'anna' order by o.id limit 1) returning id::text`
  yield* Effect.promise(async () => {
    await card.getByText("Orders of today").click()
    await card.getByText(/\d+ orders, \d+ of them cancelled/).waitFor()
    await card.getByText(sold?.id ?? "no order").waitFor()
    await shots("accounts-orders")
    await begin()
    await started.waitFor({ state: "detached" })
    await card.locator("[data-failed]").waitFor({ state: "detached" })
    await card.getByText("Orders of today").click()
    await card.getByText(/of them cancelled/).waitFor({ state: "detached" })
  })
})

describeConsole("the console's accounts", (scenario) => {
  scenario(
    "are added by a link and a code, scheduled, paused, found to be refused, and removed with their rows",
    (world) =>
      Effect.gen(function* () {
        const vendor = yield* sandbox.start({ sellers: 2, ordersPerDay: 10, days: 3 })
        yield* world.write("config/connectors/market.yaml", market)
        const known = yield* Effect.promise(() => readFile(join(world.directory, ".env"), "utf8"))
        const variables = { ...vendor.environment, TRIBUTARY_MASTER_KEY: newMasterKey() }
        yield* world.write(
          ".env",
          [known, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)].join("\n")
        )
        yield* world.begin
        const [first = "", second = ""] = vendor.state.sellers.map(({ login }) => login)
        const page = yield* world.enter({ token })
        const cardOf = (name: string) => page.locator("li[data-account]", { hasText: name })
        const task = page.locator("li[data-task]")
        const dialog = page.getByRole("dialog")
        const add = async (owner: string, name: string, seller: string) => {
          await page.getByLabel("Owner").fill(owner)
          await page.getByLabel("Name", { exact: true }).fill(name)
          await page.getByRole("button", { name: "Get a link and a code" }).click()
          const link = await task.getByRole("link").getAttribute("href")
          if (name === "shop1") await shots("accounts-link")
          await confirm(link ?? "", seller)
          await cardOf(`${owner}/${name}`).waitFor()
        }
        const shots = async (name: string) => {
          for (const viewport of widths) {
            await page.setViewportSize(viewport)
            await looksWell(page, name)
          }
          await page.setViewportSize(widths[0] ?? assert.fail())
        }
        yield* Effect.promise(async () => {
          await page.getByRole("link", { name: "Accounts" }).click()
          await page.getByText("There is no account yet.").waitFor()
          await page.getByText("Add an account, or authorize one again").click()
          await add("anna", "shop1", first)
          await add("bert", "shop2", second)
        })
        yield* world.sync("market.order")
        const card = cardOf("anna/shop1")
        yield* readsOf(world, vendor, page, card, shots)
        yield* Effect.promise(async () => {
          await card.getByText(first).waitFor()
          await card.getByText("No schedule").click()
          await card.getByLabel("What").selectOption("order")
          await card.getByLabel("When").fill("15m")
          await card.getByRole("button", { name: "Add the schedule" }).click()
          await card.getByText("every 15m").waitFor()
          assert.strictEqual(await card.getByLabel("When").inputValue(), "")
          await card.getByRole("button", { name: "Switch off order" }).click()
          await card.locator("[data-schedule]").getByText("off", { exact: true }).waitFor()
          await card.getByRole("button", { name: "Pause anna/shop1" }).click()
          await announced(page, "anna/shop1 is paused.")
          await card.getByRole("button", { name: "Resume anna/shop1" }).waitFor()
        })
        yield* makeEdit(vendor.state)([{ collection: "sellers", put: [{ login: second }] }])
        yield* Effect.promise(async () => {
          await cardOf("bert/shop2").getByRole("button", { name: "Verify bert/shop2" }).click()
          await announced(page, "bert/shop2 is invalid.")
          await cardOf("bert/shop2").getByText("its owner has to authorize it again").waitFor()
          await page.getByText("2 authorizations have ended").click()
          await cardOf("bert/shop2").getByRole("button", { name: "Authorize again bert/shop2" }).click()
          await task.getByRole("button", { name: "Stop" }).click()
          await announced(page, "The authorization of bert/shop2 is stopped.")
          await task.waitFor({ state: "detached" })
          await shots("accounts")
          await page.getByRole("button", { name: "1 invalid" }).click()
          assert.strictEqual(await page.locator("li[data-account]").count(), 1)
          await page.getByRole("button", { name: "show all" }).click()

          await cardOf("anna/shop1").getByRole("button", { name: "Remove anna/shop1" }).click()
          await dialog.getByRole("button", { name: "Remove it" }).click()
          await dialog.getByText(/rows of public\.market_order/).waitFor()
          await shots("accounts-purge")
          await dialog.getByRole("button", { name: /^Delete/ }).click()
          await announced(page, /anna\/shop1 is removed with \d+ rows/)
          await cardOf("anna/shop1").waitFor({ state: "detached" })
        })
        // Bert's rows stay at first.
        yield* Effect.promise(async () => {
          await cardOf("bert/shop2").getByRole("button", { name: "Remove bert/shop2" }).click()
          await dialog.getByRole("button", { name: "Remove it" }).click()
          await dialog.getByRole("button", { name: "Keep the rows" }).click()
          await announced(page, "bert/shop2 is removed.")
          await page.getByText("Rows of 1 removed account").click()
          await shots("accounts-removed")
          const deleteRows = page.getByRole("button", { name: "Delete rows of bert/shop2" })
          await deleteRows.click()
          await dialog.getByText(/gone for good: \d+ rows of public\.market_order/).waitFor()
          await shots("accounts-removed-purge")
          await dialog.getByRole("button", { name: "Keep the rows" }).click()
          await dialog.waitFor({ state: "detached" })
        })
        const kept = yield* world.sql`select from market_order`
        yield* Effect.promise(async () => {
          await page.getByRole("button", { name: "Delete rows of bert/shop2" }).click()
          await dialog.getByRole("button", { name: `Delete ${kept.length} rows` }).click()
          await announced(page, `${kept.length} rows of bert/shop2 are deleted.`)
          await page.getByText("removed account").waitFor({ state: "detached" })
        })
        assert.isNotEmpty(kept)
        assert.isEmpty(yield* world.sql`select from market_order`)
        assert.deepEqual(
          yield* world.sql`select event, actor from tributary.account_event where owner = 'bert' order by id desc limit 2`,
          ["purged", "removed"].map((event) => ({ event, actor: "console" }))
        )
        assert.deepEqual(
          yield* world.sql`select event, actor from tributary.account_event where owner = 'anna' order by id`,
          ["added", "schedule added", "schedule switched off", "paused", "removed", "purged"].map((event) => ({
            event,
            actor: "console"
          }))
        )
      })
  )
})
