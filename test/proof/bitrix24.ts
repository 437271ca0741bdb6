/**
 * Runs Bitrix24's own SDK against our sandbox of a portal: `npm run proof:bitrix24`. It fetches `@bitrix24/b24jssdk` from npm
 * and runs `bitrix24Sdk.test.ts` with it.
 */
import { proveWith } from "./fetched.ts"

proveWith("@bitrix24/b24jssdk@2.2.0", "test/proof/bitrix24Sdk.test.ts", (folder) => ({ BITRIX24_SDK: folder }))
