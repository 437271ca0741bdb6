/** Who gets into the console, and what they see when they may not, or when the daemon is away. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { describeConsole, rowOf, token } from "./World.ts"

const refused = /401 \(Unauthorized\)/

describeConsole("the console's door", (scenario) => {
  scenario("lets in who has the token, keeps them in over a restart, and lets them out", ({ begin, enter, url }) =>
    Effect.gen(function* () {
      const { stop } = yield* begin
      const page = yield* enter({ expected: /401 \(Unauthorized\)|ERR_/ })
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
        const { status } = await page.request.get(`${url}/api/v1/entities`)
        assert.strictEqual(status, 401)
      })
    })
  )
})
