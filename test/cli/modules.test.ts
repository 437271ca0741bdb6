/** What a command loads before it does anything: its start is most of the time that it takes. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The shipped configuration asks for these. */
const environment = {
  IIKO_URL: "http://127.0.0.1:1",
  IIKO_LOGIN: "login",
  IIKO_PASSWORD: "password",
  FINTABLO_TOKEN: "token",
  GSHEET_EMAIL: "mirror@project.iam.gserviceaccount.test",
  GSHEET_SPREADSHEET: "1a2b3c4d5e6f7g8h9i0jKLMNOPQRSTUVWXYZabcdefgh",
  GSHEET_PRIVATE_KEY: "key",
  TELEGRAM_SECRET: "secret"
}

/** Loaded by the shipped configuration's `check` when this was written, with six connector types: 857. Each adds about ten. */
const most = 880

describe("check", () => {
  it(`loads fewer than ${most} modules, whatever other commands need`, { timeout: 60_000 }, async () => {
    const { stderr, stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", pathOf("moduleCount.mjs"), pathOf("../../core/main.ts"), "check", "-c", pathOf("../../config")],
      { env: { ...process.env, ...environment } }
    )
    assert.include(stdout, "The configuration is valid")
    const count = Number(stderr.trim().split("\n").at(-1))
    assert.isAbove(count, 300)
    assert.isBelow(count, most)
  })
})
