import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"
import { ownProcess } from "./test/support/ownProcess.ts"

// They want packages that no lock file knows, which `npm run proof:telegram`, `proof:allegro` and `proof:bitrix24` fetch.
const fetched = [
  ...(process.env.TELEGRAM_TEST_API === undefined ? ["test/proof/telegramTestApi.test.ts"] : []),
  ...(process.env.PRISM === undefined ? ["test/proof/allegroDescription.test.ts"] : []),
  ...(process.env.BITRIX24_SDK === undefined ? ["test/proof/bitrix24Sdk.test.ts"] : [])
]

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    // A chat's tests wait most of the time, for limits of Telegram and pauses of retries: one more file uses the core.
    maxWorkers: availableParallelism() + 1,
    // Scenarios of processes that run at once starve each other where there are few cores.
    maxConcurrency: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    silent: "passed-only",
    setupFiles: ["test/support/startFile.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts", "connectors/**/*.test.ts", "bot/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...fetched, ...ownProcess],
          // Most files take less time than a process that loads Effect and core.
          isolate: false
        }
      },
      { extends: true, test: { name: "own process", include: ownProcess } }
    ]
  }
})
