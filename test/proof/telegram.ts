/**
 * Runs the bot against a Telegram that nobody here wrote: `npm run proof:telegram`. It fetches `telegram-test-api` from
 * npm and runs `telegramTestApi.test.ts` against it.
 */
import { proveWith } from "./fetched.ts"

proveWith("telegram-test-api@4.2.1", "test/proof/telegramTestApi.test.ts", (folder) => ({ TELEGRAM_TEST_API: folder }))
