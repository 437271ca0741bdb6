/**
 * A real Chromium, one for a test file, and pages in it that nobody else shares. Whatever a page complains of, asks of
 * another address or is refused by its content policy fails the test.
 */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { type BrowserContextOptions, chromium, type Page, type Browser as PlaywrightBrowser } from "playwright-core"
import { widths } from "./Looks.ts"

const onPath = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "chromium"))
  .find((file) => existsSync(file))

/** `undefined`: there is none on this machine. */
export const executable: string | undefined = process.env.CHROMIUM_PATH || onPath

const missing = "is not tested, because there is no Chromium: set CHROMIUM_PATH; on Debian: apt-get install chromium"

/** Skips the scenarios of a suite where there is no browser. */
export const describeSkipped = (name: string, define: (scenario: (name: string) => void) => void): void => {
  describe(name, () => {
    it.skip(missing)
    define((scenario) => it.skip(scenario))
  })
}

export class Browser extends Context.Service<Browser, PlaywrightBrowser>()("tributary/test/console/Browser") {
  static readonly layer = Layer.effect(
    Browser,
    Effect.acquireRelease(
      Effect.promise(() =>
        // Root has no sandbox of the system's to run it in.
        chromium.launch({ args: ["--no-sandbox"], ...(executable === undefined ? {} : { executablePath: executable }) })
      ),
      (browser) => Effect.promise(() => browser.close())
    )
  )
}

export interface Visit {
  /** Where the daemon is. */
  readonly url: string
  readonly token?: string
  /** Complaints that the test brings about itself. */
  readonly expected?: RegExp
  readonly options?: BrowserContextOptions
}

/** A new visitor's page, signed in when there is a token. */
export const visit = Effect.fnUntraced(function* ({ expected, options = {}, token, url }: Visit) {
  const browser = yield* Browser
  const complaints: Array<string> = []
  const complain = (text: string) => {
    if (expected?.test(text) !== true) complaints.push(text)
  }
  const context = yield* Effect.acquireRelease(
    Effect.promise(() =>
      browser.newContext({
        viewport: widths.desk,
        locale: "en-GB",
        timezoneId: "Europe/Warsaw",
        reducedMotion: "reduce",
        ...options
      })
    ),
    (context) => Effect.promise(() => context.close())
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => assert.deepEqual(complaints, [])))
  return yield* Effect.promise(async (): Promise<Page> => {
    context.setDefaultTimeout(timeout)
    await context.addInitScript(tellRefusals)
    await context.route(
      (asked) => asked.origin !== url,
      (route) => {
        complain(`asked for ${route.request().url()}`)
        return route.abort()
      }
    )
    if (token !== undefined) {
      await context.request.post(`${url}/api/v1/session`, { data: { token }, headers: { "x-tributary": "console" } })
    }
    const page = await context.newPage()
    page.on("pageerror", (error) => complain(error.stack ?? error.message))
    page.on("console", (message) => {
      if (message.type() === "error") complain(`${message.text()} ${message.location().url}`)
    })
    await page.goto(url)
    return page
  })
})

const timeout = 30_000

const tellRefusals = `addEventListener("securitypolicyviolation", ({ blockedURI, violatedDirective }) =>
  console.error("refused by the policy:", violatedDirective, blockedURI))`
