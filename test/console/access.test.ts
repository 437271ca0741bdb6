/** Who gets into the console, and what they see when they may not, or when the daemon is away. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { describeConsole, rowOf, token } from "./fixtures.ts"
import { looksWell, widths } from "./Looks.ts"

/** Where an admin has something to press, and what stands there once it is loaded. */
const views = [
  ["#/entity/shop.item", "tr[data-run]"],
  ["#/jobs", "li[data-job]"],
  ["#/pending", "li[data-pending]"],
  ["#/configuration", "tr[data-version]"]
] as const

describeConsole("the console's door", (scenario) => {
  scenario("lets in who has the token, keeps them in over a restart, and lets them out", ({ begin, enter, url }) =>
    Effect.gen(function* () {
      const { stop } = yield* begin
      const page = yield* enter({ expected: /401 \(Unauthorized\)|net::ERR_/ })
      const field = page.getByLabel("Admin token")
      yield* Effect.promise(async () => {
        await field.fill("a guess")
        await page.keyboard.press("Enter")
        await page.getByRole("alert").getByText("This is not the admin token.").waitFor()
        assert.deepEqual(await page.context().cookies(), [])
        await field.fill(token)
        await page.getByRole("button", { name: "Sign in" }).click()
        await rowOf(page, "shop.item").waitFor()
        const [cookie] = await page.context().cookies()
        assert.include(cookie, { name: "tributary_session", httpOnly: true, sameSite: "Strict", path: "/" })
        assert.strictEqual(await page.evaluate<string>("document.cookie"), "")
      })
      yield* stop
      yield* Effect.promise(() => page.locator("[data-connection=lost]").waitFor())
      yield* begin
      yield* Effect.promise(async () => {
        await page.locator("[data-connection=live]").waitFor()
        await page.reload()
        await rowOf(page, "shop.item").waitFor()
        await page.getByRole("button", { name: "Sign out" }).click()
        await field.waitFor()
        assert.deepEqual(await page.context().cookies(), [])
        const refused = await page.request.get(`${url}/api/v1/entities`)
        assert.strictEqual(refused.status(), 401)
      })
    })
  )

  scenario(
    "shows everything and offers nothing to who only reads, until they sign in",
    ({ begin, enter, resize, sync, url }) =>
      Effect.gen(function* () {
        yield* begin
        yield* sync("shop.item")
        yield* resize(10)
        yield* sync("shop.item")
        const page = yield* enter({ options: { viewport: widths.phone } })
        yield* Effect.promise(async () => {
          await page.getByText("Read only").waitFor()
          await rowOf(page, "shop.item").waitFor()
          await looksWell(page, "viewer")
          for (const [hash, content] of views) {
            await page.goto(`${url}/${hash}`)
            await page.locator(content).first().waitFor()
            const buttons = await page.locator("main").getByRole("button").allInnerTexts()
            const changing = buttons.filter((name) => /^(Sync|Plan|Run|Pause|Delete|Keep|Reload)/.test(name))
            assert.deepEqual(changing, [], hash)
          }
          const refused = await page.request.post(`${url}/api/v1/reload`, { headers: { "x-tributary": "console" } })
          assert.strictEqual(refused.status(), 401)
          await page.getByRole("link", { name: "Sign in" }).click()
          await page.getByLabel("Admin token").fill(token)
          await page.keyboard.press("Enter")
          await page.getByRole("button", { name: "Sign out" }).waitFor()
          await page.getByRole("link", { name: "Configuration" }).click()
          await page.getByRole("button", { name: "Reload" }).waitFor()
        })
      }),
    { http: "adminToken: { secret: ADMIN_TOKEN }, anonymous: read" }
  )

  scenario(
    "says how to switch the console on where the daemon has no token",
    ({ begin, enter }) =>
      Effect.gen(function* () {
        yield* begin
        const page = yield* enter({ options: { viewport: widths.phone } })
        yield* Effect.promise(async () => {
          await page.getByRole("heading", { name: "The console is switched off" }).waitFor()
          await page.getByText("adminToken: { secret: ADMIN_TOKEN }").waitFor()
          assert.strictEqual(await page.getByLabel("Admin token").count(), 0)
          await looksWell(page, "switched-off")
        })
      }),
    { http: "host: 127.0.0.1" }
  )
})
