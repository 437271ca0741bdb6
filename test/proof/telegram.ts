/**
 * Runs the bot against a Telegram that nobody here wrote: `npm run proof:telegram`. It fetches `telegram-test-api` from
 * npm into its own folder, which no lock file knows, and runs `telegramTestApi.test.ts` against it.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const vitest = join(root, "node_modules/vitest/vitest.mjs")
const folder = mkdtempSync(join(tmpdir(), "telegram-test-api-"))

const run = (
  command: string,
  args: ReadonlyArray<string>,
  cwd: string,
  environment: NodeJS.ProcessEnv = {}
): number => {
  const { status } = spawnSync(command, args, { cwd, env: { ...process.env, ...environment }, stdio: "inherit" })
  return status ?? 1
}

const install = [
  "install",
  "--prefix",
  folder,
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "telegram-test-api@4.2.1"
]
const fetched = run("npm", install, folder)
const code =
  fetched === 0
    ? run(process.execPath, [vitest, "run", "test/proof/telegramTestApi.test.ts"], root, { TELEGRAM_TEST_API: folder })
    : fetched
rmSync(folder, { recursive: true, force: true })
process.exit(code)
