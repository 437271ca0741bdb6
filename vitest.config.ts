import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "connectors/**/*.test.ts", "bot/**/*.test.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    // Most of a test's time is PostgreSQL's, another process's or a wait: a core that is left free would idle.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    silent: "passed-only"
  }
})
