/**
 * Runs before each test file. A file that shares its process begins without the secrets of those before it, and without
 * their garbage: V8 lets it grow as long as the machine has memory.
 */
import { forget } from "../../core/observe/Secrets.ts"
import { collectGarbage } from "./collectGarbage.ts"

/** Bytes. Below it collecting takes longer than it is worth. */
const enough = 400 * 1024 ** 2

forget()
if (process.memoryUsage.rss() > enough) collectGarbage()
