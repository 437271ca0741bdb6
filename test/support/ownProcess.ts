/** Test files that look at what a process has only once. Each gets its own process; all others share a few. */
export const ownProcess = [
  // The timers that the process starts, and the resources that it holds.
  "test/bot/throttler.test.ts",
  "test/plugin/reload.test.ts",
  // The watchdog of `start`, which ends a process that has been busy for long.
  "test/accounts/commands.test.ts",
  "test/docs/commands.test.ts",
  // The size of its heap.
  "test/sync/rejections.test.ts",
  // All reasons that are defined, and definitions of their own.
  "test/bot/reasonMessages.test.ts",
  "test/reason/reason.test.ts"
]
