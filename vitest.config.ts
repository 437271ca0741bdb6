import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "connectors/**/*.test.ts", "bot/**/*.test.ts"],
    // Wants a package that no lock file knows: `npm run proof:telegram` fetches it.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.TELEGRAM_TEST_API === undefined ? ["test/proof/telegramTestApi.test.ts"] : [])
    ],
    globalSetup: ["test/support/globalSetup.ts"],
    // Most of a test's time is PostgreSQL's, another process's or a wait: a core that is left free would idle.
    maxWorkers: "100%",
    // Scenarios of processes that run at once starve each other where there are few cores.
    maxConcurrency: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    silent: "passed-only"
  }
})
